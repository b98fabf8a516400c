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

/// Several sums side by side, so that none waits for the one before.
template <class Real>
double row_inner_product(const Real* x, const Real* y, Index length) {
  constexpr Index kSums = 8;
  double sums[kSums] = {};
  Index at = 0;
  for (; at + kSums <= length; at += kSums) {
    for (Index s = 0; s < kSums; ++s) {
      sums[s] += static_cast<double>(x[at + s]) * static_cast<double>(y[at + s]);
    }
  }
  double rest = 0;
  for (; at < length; ++at) {
    rest += static_cast<double>(x[at]) * static_cast<double>(y[at]);
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7])) +
         rest;
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
    sum += row_inner_product(x.row(i), y.row(i), x.columns());
  }
  return sum;
}

template void gram(ConstMatrixView<float>, MatrixView<double>, MatrixView<double>);
template void gram(ConstMatrixView<double>, MatrixView<double>, MatrixView<double>);
template double inner_product(ConstMatrixView<float>, ConstMatrixView<float>);
template double inner_product(ConstMatrixView<double>, ConstMatrixView<double>);

}  // namespace tessera::kernels
