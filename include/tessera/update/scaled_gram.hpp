#pragma once

#include "tessera/kernels/lanes.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::update {

using kernels::kLanes;

/// Room for k entries and for at least one more, whose place stands for "none", in whole vectors.
[[nodiscard]] inline Index padded_size(Index k) { return (k + kLanes) / kLanes * kLanes; }

/// A gram matrix whose components are brought to one scale, Ĝ = S·G·S with ½ ≤ Ĝ_ll < 2. S is
/// diagonal with powers of two, which rounds nothing: min ½f·G·fᵀ − f·cᵀ over f ≥ 0 is the same
/// problem as that of Ĝ, ĉ = S·c and f = S·f̂. A dead component has S_ll = 0.
class ScaledGram {
 public:
  explicit ScaledGram(Index rank);

  /// @pre gram is k×k and symmetric.
  void assign(ConstMatrixView<double> gram);

  [[nodiscard]] Index rank() const { return rank_; }
  [[nodiscard]] bool is_zero() const { return is_zero_; }
  [[nodiscard]] bool is_live(Index l) const { return scale(l) > 0; }
  /// S_ll
  [[nodiscard]] double scale(Index l) const { return scales_[static_cast<std::size_t>(l)]; }
  /// 1 / S_ll, or 0 for a dead component
  [[nodiscard]] double inverse_scale(Index l) const {
    return inverse_scales_[static_cast<std::size_t>(l)];
  }
  [[nodiscard]] std::span<const double> scales() const { return scales_; }
  [[nodiscard]] std::span<const double> inverse_scales() const { return inverse_scales_; }
  /// Row l of Ĝ, padded with zeros to padded_size(k); row k is zero.
  [[nodiscard]] const double* row(Index l) const { return matrix_.view().row(l); }

  /// ½f̂·Ĝ·f̂ᵀ − f̂·ĉᵀ of one row.
  [[nodiscard]] double objective(std::span<const double> f, std::span<const double> c) const;

 private:
  Index rank_;
  bool is_zero_ = true;
  AlignedVector<double> scales_;
  AlignedVector<double> inverse_scales_;
  Matrix<double> matrix_;  ///< Ĝ with a row of zeros, and columns up to padded_size(k)
};

}  // namespace tessera::update
