#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "tessera/kernels/tile_rows.hpp"
#include "tessera/matrix/matrix.hpp"

/// Rows of a factor side by side, as a k × kTileRows tile of its transpose: what is done to each
/// row on its own then fills vector registers. Every tile is full width, the last one padded with
/// zero rows, so the arithmetic of a row never depends on its place.
namespace tessera::kernels {

/// One number for each row of a tile.
template <class Real>
using TileRow = std::array<Real, static_cast<std::size_t>(kTileRows)>;

/// tile = rowsᵀ − shift, columns beyond the rows set to zero. `rows` is at most kTileRows × k.
/// @throws ShapeError when the shapes do not fit.
template <class Real>
void load_transposed(ConstMatrixView<Real> rows, Real shift, MatrixView<Real> tile);

/// rows = tileᵀ. @throws ShapeError when the shapes do not fit.
template <class Real>
void store_transposed(ConstMatrixView<Real> tile, MatrixView<Real> rows);

/// result = G·tile − start for a symmetric k×k matrix G and tiles: the transpose of the gradient
/// F·G − C. @throws ShapeError when the shapes do not fit.
template <class Real>
void combine_minus(ConstMatrixView<Real> gram, ConstMatrixView<Real> tile,
                   ConstMatrixView<Real> start, MatrixView<Real> result);

/// For each row of a tile the set of its positive entries: bit l % 64 of word l / 64 of the row's
/// words, which lie one row behind the other. @throws ShapeError when the shape does not fit.
template <class Real>
void mark_positive(ConstMatrixView<Real> tile, std::uint64_t* words);

/// A tile's subproblem min ½tr(F G Fᵀ) − tr(F Cᵀ) over 0 ≤ F ≤ largest.
template <class Real>
struct TileSubproblem {
  ConstMatrixView<Real> gram;     ///< k×k, symmetric
  std::span<const Real> inverse;  ///< 1 / G_ll of each component; 0 for one to be left alone
  ConstMatrixView<Real> cross;    ///< C, a tile
  Real largest;                   ///< infinity where F has no upper bound
};

/// One sweep of coordinate descent: F_l ← [F_l − (G_l·F − C_l) / G_ll] cut to its bounds, one
/// component l after the other, in the rows of the tile whose `active` is not 0. `change` becomes
/// the squared change of each row. @throws ShapeError when the shapes do not fit.
template <class Real>
void sweep_components(const TileSubproblem<Real>& problem, const TileRow<Real>& active,
                      MatrixView<Real> tile, TileRow<Real>& change);

}  // namespace tessera::kernels
