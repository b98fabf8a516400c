#include "tessera/kernels/residual.hpp"

#include <algorithm>

#include <cblas.h>

namespace tessera::kernels {
namespace {

/// Entries of one tile of W·H in double: 8 MiB.
constexpr Index kTileEntries = Index{1} << 20;
constexpr Index kTileColumns = 4096;

template <class Real>
Matrix<double> to_double(ConstMatrixView<Real> source) {
  Matrix<double> copy(source.rows(), source.columns());
  std::ranges::copy(source.span(), copy.span().begin());
  return copy;
}

/// tile = W·H for double operands, H as its transpose.
void multiply(ConstMatrixView<double> w, ConstMatrixView<double> h, MatrixView<double> tile) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(w.rows()),
              static_cast<blasint>(h.rows()), static_cast<blasint>(w.columns()), 1.0, w.data(),
              static_cast<blasint>(w.columns()), h.data(), static_cast<blasint>(h.columns()), 0.0,
              tile.data(), static_cast<blasint>(tile.columns()));
}

template <class Real>
double squared_difference(ConstMatrixView<Real> a, Index first_column, ConstMatrixView<double> b) {
  double sum = 0;
  for (Index i = 0; i < b.rows(); ++i) {
    double row_sum = 0;
    for (Index j = 0; j < b.columns(); ++j) {
      const double difference = static_cast<double>(a(i, first_column + j)) - b(i, j);
      row_sum += difference * difference;
    }
    sum += row_sum;
  }
  return sum;
}

}  // namespace

template <class Real>
double squared_residual(ConstMatrixView<Real> a, ConstMatrixView<Real> w, ConstMatrixView<Real> h) {
  require_shape("W of the residual", w, a.rows(), w.columns());
  require_shape("Hᵀ of the residual", h, a.columns(), w.columns());
  const Index width = std::clamp<Index>(a.columns(), 1, kTileColumns);
  const Index height = std::max<Index>(1, std::min(a.rows(), kTileEntries / width));
  AlignedVector<double> buffer(static_cast<std::size_t>(width * height));
  double sum = 0;
  for (Index column = 0; column < a.columns(); column += width) {
    const auto h_tile = to_double(h.rows({column, std::min(column + width, a.columns())}));
    for (Index row = 0; row < a.rows(); row += height) {
      const Range rows{row, std::min(row + height, a.rows())};
      const auto w_tile = to_double(w.rows(rows));
      const MatrixView<double> tile(buffer.data(), rows.size(), h_tile.rows());
      multiply(w_tile.view(), h_tile.view(), tile);
      sum += squared_difference(a.rows(rows), column, ConstMatrixView<double>(tile));
    }
  }
  return sum;
}

template <class Real>
void reconstruct(ConstMatrixView<Real> w, ConstMatrixView<Real> h, MatrixView<double> product) {
  require_shape("W·H", product, w.rows(), h.rows());
  if (product.size() > 0) {
    multiply(to_double(w).view(), to_double(h).view(), product);
  }
}

template double squared_residual(ConstMatrixView<float>, ConstMatrixView<float>,
                                 ConstMatrixView<float>);
template double squared_residual(ConstMatrixView<double>, ConstMatrixView<double>,
                                 ConstMatrixView<double>);
template void reconstruct(ConstMatrixView<float>, ConstMatrixView<float>, MatrixView<double>);
template void reconstruct(ConstMatrixView<double>, ConstMatrixView<double>, MatrixView<double>);

}  // namespace tessera::kernels
