#include "tessera/core/holdout.hpp"

#include "tessera/core/mix.hpp"

namespace tessera {
namespace {

enum class Stream : std::uint64_t { entries = 1, rows, columns };

/// 2^64 divided by the golden ratio, the step of SplitMix64: keeps seeds and streams apart.
constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15U;

std::uint64_t key(std::uint64_t seed, Stream stream) {
  return mix(mix(seed + kStep) + static_cast<std::uint64_t>(stream) * kStep);
}

std::uint64_t hash(std::uint64_t key, Index index) {
  return mix(key + static_cast<std::uint64_t>(index) * kStep);
}

/// A hash as a number in [0, 1): its upper 53 bits, which is what a double holds.
double to_unit(std::uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1p-53; }

}  // namespace

bool HoldoutRule::holds_entry(Index row, Index column) const {
  return to_unit(hash(hash(key(seed, Stream::entries), row), column)) < share;
}

bool HoldoutRule::holds_row(Index row) const {
  return to_unit(hash(key(seed, Stream::rows), row)) < share;
}

bool HoldoutRule::holds_column(Index column) const {
  return to_unit(hash(key(seed, Stream::columns), column)) < share;
}

}  // namespace tessera
