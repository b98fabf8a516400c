#include "tessera/kernels/row_tile.hpp"

#include <algorithm>

#include "dispatch.hpp"

namespace tessera::kernels {
namespace {

template <class View>
void require_tile(const char* name, const View& tile, Index k) {
  require_shape(name, tile, k, kTileRows);
}

template <class View>
void require_rows(const View& rows, Index k) {
  require_shape("the rows of a tile", rows, std::min(rows.rows(), kTileRows), k);
}

}  // namespace

template <class Real>
void load_transposed(ConstMatrixView<Real> rows, Real shift, MatrixView<Real> tile) {
  const Index k = tile.rows();
  require_rows(rows, k);
  require_tile("a tile", tile, k);
  functions<Real>().load_transposed(rows.data(), rows.rows(), k, shift, tile.data());
}

template <class Real>
void store_transposed(ConstMatrixView<Real> tile, MatrixView<Real> rows) {
  const Index k = tile.rows();
  require_rows(rows, k);
  require_tile("a tile", tile, k);
  functions<Real>().store_transposed(tile.data(), rows.rows(), k, rows.data());
}

template <class Real>
void combine_minus(ConstMatrixView<Real> gram, ConstMatrixView<Real> tile,
                   ConstMatrixView<Real> start, MatrixView<Real> result) {
  const Index k = gram.rows();
  require_shape("the gram matrix", gram, k, k);
  require_tile("a tile", tile, k);
  require_tile("the start of a combination", start, k);
  require_tile("the result of a combination", result, k);
  functions<Real>().combine_minus(gram.data(), tile.data(), start.data(), k, result.data());
}

template <class Real>
void mark_positive(ConstMatrixView<Real> tile, std::uint64_t* words) {
  require_tile("a tile", tile, tile.rows());
  functions<Real>().mark_positive(tile.data(), tile.rows(), words);
}

template <class Real>
void sweep_components(const TileSubproblem<Real>& problem, const TileRow<Real>& active,
                      MatrixView<Real> tile, TileRow<Real>& change) {
  const Index k = problem.gram.rows();
  require_shape("the gram matrix", problem.gram, k, k);
  require_tile("the cross product's tile", problem.cross, k);
  require_tile("a tile", tile, k);
  functions<Real>().sweep(
      {problem.gram.data(), problem.inverse.data(), problem.cross.data(), k, problem.largest},
      active.data(), tile.data(), change.data());
}

template void load_transposed(ConstMatrixView<float>, float, MatrixView<float>);
template void load_transposed(ConstMatrixView<double>, double, MatrixView<double>);
template void store_transposed(ConstMatrixView<float>, MatrixView<float>);
template void store_transposed(ConstMatrixView<double>, MatrixView<double>);
template void combine_minus(ConstMatrixView<float>, ConstMatrixView<float>, ConstMatrixView<float>,
                            MatrixView<float>);
template void combine_minus(ConstMatrixView<double>, ConstMatrixView<double>,
                            ConstMatrixView<double>, MatrixView<double>);
template void mark_positive(ConstMatrixView<float>, std::uint64_t*);
template void mark_positive(ConstMatrixView<double>, std::uint64_t*);
template void sweep_components(const TileSubproblem<float>&, const TileRow<float>&,
                               MatrixView<float>, TileRow<float>&);
template void sweep_components(const TileSubproblem<double>&, const TileRow<double>&,
                               MatrixView<double>, TileRow<double>&);

}  // namespace tessera::kernels
