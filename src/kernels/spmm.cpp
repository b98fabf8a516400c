#include "tessera/kernels/spmm.hpp"

#include <algorithm>

namespace tessera::kernels {
namespace {

/// Calls visit(row, local column, value) with the stored entries of some local rows.
template <class Real, class Visit>
void visit_rows(const SparseBlock<Real>& a, Range rows, Visit&& visit) {
  const Index* offsets = a.row_offsets().data();
  for (Index row = rows.begin; row < rows.end; ++row) {
    for (Index at = offsets[row]; at < offsets[row + 1]; ++at) {
      visit(row, a.local_columns().data()[at], a.values().data()[at]);
    }
  }
}

/// target += weight·source for rows of k coefficients.
template <class Real>
void add_scaled(Real weight, const Real* source, Real* target, Index k) {
  for (Index l = 0; l < k; ++l) {
    target[l] += weight * source[l];
  }
}

}  // namespace

template <class Real>
void multiply(const SparseBlock<Real>& a, Range rows, ConstMatrixView<Real> f,
              MatrixView<Real> result) {
  require_shape("F of A·F", f, a.columns().size(), f.columns());
  require_shape("the result of A·F", result, rows.size(), f.columns());
  std::ranges::fill(result.span(), Real{0});
  visit_rows(a, rows, [&](Index row, Index column, Real value) {
    add_scaled(value, f.row(column), result.row(row - rows.begin), f.columns());
  });
}

template <class Real>
void add_transposed_multiply(const SparseBlock<Real>& a, Range rows, ConstMatrixView<Real> f,
                             MatrixView<Real> result) {
  require_shape("F of A'·F", f, rows.size(), f.columns());
  require_shape("the result of A'·F", result, a.columns().size(), f.columns());
  visit_rows(a, rows, [&](Index row, Index column, Real value) {
    add_scaled(value, f.row(row - rows.begin), result.row(column), f.columns());
  });
}

template <class Real>
double inner_product_with(const SparseBlock<Real>& a, ConstMatrixView<Real> w,
                          ConstMatrixView<Real> h) {
  require_shape("W", w, a.rows().size(), w.columns());
  require_shape("Hᵀ", h, a.columns().size(), w.columns());
  double sum = 0;
  visit_rows(a, {0, a.rows().size()}, [&](Index row, Index column, double value) {
    double product = 0;
    for (Index l = 0; l < w.columns(); ++l) {
      product += static_cast<double>(w(row, l)) * static_cast<double>(h(column, l));
    }
    sum += value * product;
  });
  return sum;
}

template void multiply(const SparseBlock<float>&, Range, ConstMatrixView<float>, MatrixView<float>);
template void multiply(const SparseBlock<double>&, Range, ConstMatrixView<double>,
                       MatrixView<double>);
template void add_transposed_multiply(const SparseBlock<float>&, Range, ConstMatrixView<float>,
                                      MatrixView<float>);
template void add_transposed_multiply(const SparseBlock<double>&, Range, ConstMatrixView<double>,
                                      MatrixView<double>);
template double inner_product_with(const SparseBlock<float>&, ConstMatrixView<float>,
                                   ConstMatrixView<float>);
template double inner_product_with(const SparseBlock<double>&, ConstMatrixView<double>,
                                   ConstMatrixView<double>);

}  // namespace tessera::kernels
