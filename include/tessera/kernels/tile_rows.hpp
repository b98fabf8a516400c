#pragma once

#include "tessera/core/types.hpp"

namespace tessera::kernels {

/// Rows of a factor that lie side by side in a tile (row_tile.hpp): whole vectors of every
/// instruction set, and few enough for a tile of 100 components to stay in the nearest cache.
inline constexpr Index kTileRows = 64;

/// Rows of a dense A that Aᵀ·F sums up in registers. Where ranges of rows that follow each other
/// begin at multiples of it, the sum over them has the bits of the whole.
inline constexpr Index kTransposedRows = 128;

}  // namespace tessera::kernels
