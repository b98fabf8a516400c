#pragma once

#include <algorithm>
#include <span>

#include "tessera/kernels/row_tile.hpp"
#include "tessera/kernels/row_times_gram.hpp"

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

/// What sweeps over components need of G, in the factor's precision: G itself, and 1 / G_ll, or 0
/// for a component that is to be left alone.
template <class Real>
void prepare_sweeps(ConstMatrixView<double> gram, MatrixView<Real> narrowed,
                    std::span<Real> inverse) {
  std::ranges::transform(gram.span(), narrowed.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
  const double scale = kernels::largest_diagonal(gram);
  for (Index l = 0; l < gram.rows(); ++l) {
    inverse[static_cast<std::size_t>(l)] =
        kernels::is_live(gram, l, scale) ? static_cast<Real>(1.0 / gram(l, l)) : Real{0};
  }
}

}  // namespace tessera::update
