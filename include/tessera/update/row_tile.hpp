#pragma once

#include <algorithm>
#include <array>

#include "tessera/matrix/matrix.hpp"

/// Rows of a factor side by side, as a k × kTileRows tile of its transpose: what a rule does to
/// each row on its own then fills vector registers. Every tile is full width, the last one padded
/// with zero rows, so the arithmetic of a row never depends on its place.
namespace tessera::update {

inline constexpr Index kTileRows = 32;

/// One number for each row of a tile.
template <class Real>
using TileRow = std::array<Real, static_cast<std::size_t>(kTileRows)>;

/// tile = rowsᵀ − shift, columns beyond the rows set to zero.
template <class Real>
void load_transposed(ConstMatrixView<Real> rows, Real shift, MatrixView<Real> tile) {
  for (Index l = 0; l < tile.rows(); ++l) {
    Real* target = tile.row(l);
    for (Index r = 0; r < rows.rows(); ++r) {
      target[r] = rows(r, l) - shift;
    }
    std::fill(target + rows.rows(), target + tile.columns(), Real{0});
  }
}

template <class Real>
void store_transposed(ConstMatrixView<Real> tile, MatrixView<Real> rows) {
  for (Index r = 0; r < rows.rows(); ++r) {
    for (Index l = 0; l < tile.rows(); ++l) {
      rows(r, l) = tile(l, r);
    }
  }
}

/// 1 for the rows of a tile of C that have a positive entry, else 0. The minimiser of the others is
/// f = 0, since ½f·G·fᵀ − f·c ≥ 0 there: rules that only approach a minimiser set them to it.
template <class Real>
TileRow<Real> with_positive_entry(ConstMatrixView<Real> cross) {
  TileRow<Real> found{};
  for (Index l = 0; l < cross.rows(); ++l) {
    const Real* entries = cross.row(l);
    for (std::size_t r = 0; r < found.size(); ++r) {
      found[r] = entries[r] > 0 ? Real{1} : found[r];
    }
  }
  return found;
}

/// Σ_j coefficients[j]·tile_j: − start, for one component l and each row of the tile. With row l of
/// G and of C, that component of the gradient F·G − C.
template <class Real>
inline TileRow<Real> combination_minus(const Real* coefficients, ConstMatrixView<Real> tile,
                                       const Real* start) {
  TileRow<Real> sum;
  std::transform(start, start + kTileRows, sum.begin(), [](Real value) { return -value; });
  for (Index j = 0; j < tile.rows(); ++j) {
    const Real coefficient = coefficients[j];
    const Real* column = tile.row(j);
    for (std::size_t r = 0; r < sum.size(); ++r) {
      sum[r] += coefficient * column[r];
    }
  }
  return sum;
}

}  // namespace tessera::update
