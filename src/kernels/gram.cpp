#include "tessera/kernels/gram.hpp"

#include <algorithm>

#include "tessera/kernels/parallel.hpp"

#include "dispatch.hpp"

namespace tessera::kernels {
namespace {

/// Rows of the gram matrix that a thread is given at a time: whole register tiles.
constexpr Index kGrain = 24;

/// These rows of a factor in double.
const double* in_double(ConstMatrixView<double> rows, MatrixView<double> /*workspace*/) {
  return rows.data();
}
const double* in_double(ConstMatrixView<float> rows, MatrixView<double> workspace) {
  functions<float>().widen(rows.data(), rows.size(), workspace.data());
  return workspace.data();
}

}  // namespace

template <class Real>
void gram(ConstMatrixView<Real> factor, MatrixView<double> workspace, MatrixView<double> gram) {
  const Index k = factor.columns();
  require_shape("the gram matrix", gram, k, k);
  require_shape("the gram workspace", workspace, kGramTileRows, k);
  std::ranges::fill(gram.span(), 0.0);
  for (Index begin = 0; begin < factor.rows(); begin += kGramTileRows) {
    const Index end = std::min(begin + kGramTileRows, factor.rows());
    const auto tile = factor.rows({begin, end});
    const double* rows = in_double(tile, workspace);
    in_parallel(k, kGrain, tile.size() * k, [&](Range columns) {
      functions<double>().add_gram(rows, tile.rows(), {k, columns.begin, columns.end}, gram.data());
    });
  }
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < i; ++j) {
      gram(i, j) = gram(j, i);
    }
  }
}

template <class Real>
double inner_product(ConstMatrixView<Real> x, ConstMatrixView<Real> y) {
  require_shape("the second operand of the inner product", y, x.rows(), x.columns());
  double sum = 0;
  for (Index i = 0; i < x.rows(); ++i) {
    double row_sum = 0;
    for (Index j = 0; j < x.columns(); ++j) {
      row_sum += static_cast<double>(x(i, j)) * static_cast<double>(y(i, j));
    }
    sum += row_sum;
  }
  return sum;
}

template void gram(ConstMatrixView<float>, MatrixView<double>, MatrixView<double>);
template void gram(ConstMatrixView<double>, MatrixView<double>, MatrixView<double>);
template double inner_product(ConstMatrixView<float>, ConstMatrixView<float>);
template double inner_product(ConstMatrixView<double>, ConstMatrixView<double>);

}  // namespace tessera::kernels
