#pragma once

#include <Eigen/Core>

#include "tessera/core/aligned.hpp"
#include "tessera/core/types.hpp"

namespace tessera::update {

/// Rows whose small systems are solved side by side, one in each lane of vector arithmetic. Lanes
/// never mix and a tile is always full width, so the arithmetic of a row depends neither on its
/// place nor on its neighbours.
inline constexpr Index kLanes = 8;
using Lanes = Eigen::Array<double, kLanes, 1>;

/// Row l holds entry l of each lane's vector. All of them have padded_size(k) rows, and those from
/// k on are zero.
using LaneTile = AlignedVector<Lanes>;

/// Matrix rows worked on together: as many as the registers of plain SSE2 hold sums of.
inline constexpr Index kBlockRows = 2;

[[nodiscard]] inline Index round_up_to_blocks(Index size) {
  return (size + kBlockRows - 1) / kBlockRows * kBlockRows;
}

/// Room for k entries and for at least one more, whose place stands for "none".
[[nodiscard]] inline std::size_t padded_size(Index k) {
  return static_cast<std::size_t>(round_up_to_blocks(k + 1));
}

}  // namespace tessera::update
