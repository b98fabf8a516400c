#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "tessera/core/missing.hpp"
#include "tessera/core/scaling.hpp"

/// The choices that options name, and their names on the command line.
namespace tessera {

enum class Algorithm {
  hals,
  anls_bpp,
  anls_active_set,
  nesterov,
  admm,
  mu,
  gradient,
  als,
};
/// Whether the loss never rises, rounding aside.
[[nodiscard]] constexpr bool is_monotone(Algorithm algorithm) {
  return algorithm != Algorithm::als && algorithm != Algorithm::admm;
}

/// What is minimised over W, H ≥ 0: Σ d(a_ij | (WH)_ij) for one of the β-divergences.
enum class Loss { frobenius, kl, itakura_saito, beta };
enum class Init { random, nndsvd, nndsvda, nndsvdar, file };
enum class Precision { float32, float64 };
enum class Normalization { automatic, l2, l1, none };
enum class Step { armijo, lipschitz };
enum class Switch { automatic, on, off };
enum class SyntheticKind { lowrank, swimmer, sparse };
enum class Storage { automatic, dense, sparse };
enum class Balance { automatic, even, entries, permute };
enum class Duplicates { error, sum };
/// How often an iteration reads A.
enum class Passes { automatic, one, two };
/// Memory that speed may cost.
enum class MemoryUse { automatic, lean, fast };
enum class HoldoutKind { speckled, blocks };

/// The names of an enumeration's values, in the order in which help lists them.
template <class Enum>
struct EnumNames;
template <>
struct EnumNames<Algorithm> {
  static constexpr std::array<std::pair<Algorithm, std::string_view>, 8> values = {
      {{Algorithm::hals, "hals"},
       {Algorithm::anls_bpp, "anls-bpp"},
       {Algorithm::anls_active_set, "anls-active-set"},
       {Algorithm::nesterov, "nesterov"},
       {Algorithm::admm, "admm"},
       {Algorithm::mu, "mu"},
       {Algorithm::gradient, "gradient"},
       {Algorithm::als, "als"}}};
};
template <>
struct EnumNames<Loss> {
  static constexpr std::array<std::pair<Loss, std::string_view>, 4> values = {
      {{Loss::frobenius, "frobenius"},
       {Loss::kl, "kl"},
       {Loss::itakura_saito, "itakura-saito"},
       {Loss::beta, "beta"}}};
};
template <>
struct EnumNames<Init> {
  static constexpr std::array<std::pair<Init, std::string_view>, 5> values = {
      {{Init::random, "random"},
       {Init::nndsvd, "nndsvd"},
       {Init::nndsvda, "nndsvda"},
       {Init::nndsvdar, "nndsvdar"},
       {Init::file, "file:PATH"}}};
};
template <>
struct EnumNames<Precision> {
  static constexpr std::array<std::pair<Precision, std::string_view>, 2> values = {
      {{Precision::float32, "float32"}, {Precision::float64, "float64"}}};
};
template <>
struct EnumNames<Normalization> {
  static constexpr std::array<std::pair<Normalization, std::string_view>, 4> values = {
      {{Normalization::automatic, "auto"},
       {Normalization::l2, "l2"},
       {Normalization::l1, "l1"},
       {Normalization::none, "none"}}};
};
template <>
struct EnumNames<Step> {
  static constexpr std::array<std::pair<Step, std::string_view>, 2> values = {
      {{Step::armijo, "armijo"}, {Step::lipschitz, "lipschitz"}}};
};
template <>
struct EnumNames<Switch> {
  static constexpr std::array<std::pair<Switch, std::string_view>, 3> values = {
      {{Switch::automatic, "auto"}, {Switch::on, "on"}, {Switch::off, "off"}}};
};
template <>
struct EnumNames<SyntheticKind> {
  static constexpr std::array<std::pair<SyntheticKind, std::string_view>, 3> values = {
      {{SyntheticKind::lowrank, "lowrank"},
       {SyntheticKind::swimmer, "swimmer"},
       {SyntheticKind::sparse, "sparse"}}};
};
template <>
struct EnumNames<Scaling> {
  static constexpr std::array<std::pair<Scaling, std::string_view>, 6> values = {
      {{Scaling::none, "none"},
       {Scaling::max, "max"},
       {Scaling::rows_l1, "rows-l1"},
       {Scaling::rows_l2, "rows-l2"},
       {Scaling::log1p, "log1p"},
       {Scaling::tfidf, "tfidf"}}};
};

template <>
struct EnumNames<Storage> {
  static constexpr std::array<std::pair<Storage, std::string_view>, 3> values = {
      {{Storage::automatic, "auto"}, {Storage::dense, "dense"}, {Storage::sparse, "sparse"}}};
};
template <>
struct EnumNames<Balance> {
  static constexpr std::array<std::pair<Balance, std::string_view>, 4> values = {
      {{Balance::automatic, "auto"},
       {Balance::even, "even"},
       {Balance::entries, "entries"},
       {Balance::permute, "permute"}}};
};
template <>
struct EnumNames<Passes> {
  static constexpr std::array<std::pair<Passes, std::string_view>, 3> values = {
      {{Passes::automatic, "auto"}, {Passes::one, "1"}, {Passes::two, "2"}}};
};
template <>
struct EnumNames<MemoryUse> {
  static constexpr std::array<std::pair<MemoryUse, std::string_view>, 3> values = {
      {{MemoryUse::automatic, "auto"}, {MemoryUse::lean, "lean"}, {MemoryUse::fast, "fast"}}};
};
template <>
struct EnumNames<Duplicates> {
  static constexpr std::array<std::pair<Duplicates, std::string_view>, 2> values = {
      {{Duplicates::error, "error"}, {Duplicates::sum, "sum"}}};
};

template <>
struct EnumNames<Missing> {
  static constexpr std::array<std::pair<Missing, std::string_view>, 3> values = {
      {{Missing::none, "none"}, {Missing::zeros, "zeros"}, {Missing::nan, "nan"}}};
};
template <>
struct EnumNames<HoldoutKind> {
  static constexpr std::array<std::pair<HoldoutKind, std::string_view>, 2> values = {
      {{HoldoutKind::speckled, "speckled"}, {HoldoutKind::blocks, "blocks"}}};
};

/// The option text of an enumeration's value.
template <class Enum>
[[nodiscard]] constexpr std::string_view name_of(Enum value) {
  for (const auto& [candidate, name] : EnumNames<Enum>::values) {
    if (candidate == value) {
      return name;
    }
  }
  return "?";
}

}  // namespace tessera
