#pragma once

#include "tessera/kernels/row_tile.hpp"

/// What rules do with rows of a factor side by side (kernels/row_tile.hpp).
namespace tessera::update {

using kernels::combine_minus;
using kernels::kTileRows;
using kernels::load_transposed;
using kernels::store_transposed;
using kernels::TileRow;

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

}  // namespace tessera::update
