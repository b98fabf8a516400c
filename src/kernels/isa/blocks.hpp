#pragma once

#include "vector.hpp"

/// How rows are cut into blocks for the cache and into tiles for the registers.
namespace tessera::kernels::isa {
namespace {

/// Rows (for Aᵀ·F columns) of A that are finished slice by slice, so that the second slice finds
/// them in the cache. A multiple of every tile_rows().
constexpr Index kBlock = 48;

/// Rows of a register tile of `count` vectors, at most `most`: a divisor of kBlock that leaves
/// registers for a row of F and for one entry of A.
constexpr int tile_rows(int count, int most) {
  int rows = (kVectorRegisters - count - 1) / count;
  rows = rows < most ? rows : most;
  while (kBlock % rows != 0) {
    --rows;
  }
  return rows;
}

/// Calls body.operator()<tile rows>(row) for `rows` rows in tiles, smaller ones for the last.
template <int tile, class Body>
void for_each_tile(Index row, Index rows, Body&& body) {
  for (; row + tile <= rows; row += tile) {
    body.template operator()<tile>(row);
  }
  if constexpr (tile > 1) {
    for_each_tile<tile / 2>(row, rows, body);
  }
}

}  // namespace
}  // namespace tessera::kernels::isa
