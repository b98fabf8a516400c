#include "tessera/kernels/gemm_skinny.hpp"

#include <algorithm>

#include "tessera/kernels/parallel.hpp"

#include "dispatch.hpp"

namespace tessera::kernels {
namespace {

/// Rows or columns of A that threads are given at a time: whole register tiles.
constexpr Index kGrain = 48;

}  // namespace

template <class Real>
void multiply(ConstMatrixView<Real> a, ConstMatrixView<Real> f, MatrixView<Real> result) {
  require_shape("F of A·F", f, a.columns(), f.columns());
  require_shape("the result of A·F", result, a.rows(), f.columns());
  if (result.size() == 0) {
    return;
  }
  if (a.columns() == 0) {
    std::ranges::fill(result.span(), Real{0});
    return;
  }
  const Index k = f.columns();
  in_parallel(a.rows(), kGrain, 2 * a.size() * k, [&](Range rows) {
    functions<Real>().multiply({a.row(rows.begin), a.columns(), rows.size(), a.columns()}, f.data(),
                               k, result.row(rows.begin), panel<Real>(k));
  });
}

template <class Real>
void add_transposed_multiply(ConstMatrixView<Real> a, Range columns, ConstMatrixView<Real> f,
                             MatrixView<Real> result) {
  require_shape("F of A'·F", f, a.rows(), f.columns());
  require_shape("the result of A'·F", result, columns.size(), f.columns());
  if (result.size() == 0 || a.rows() == 0) {
    return;
  }
  const Index k = f.columns();
  in_parallel(columns.size(), kGrain, 2 * a.rows() * columns.size() * k, [&](Range part) {
    functions<Real>().add_transposed_multiply(
        {a.data() + columns.begin + part.begin, a.columns(), a.rows(), part.size()}, f.data(), k,
        result.row(part.begin), panel<Real>(k));
  });
}

template <class Real>
void add_transposed_multiply(ConstMatrixView<Real> a, ConstMatrixView<Real> f,
                             MatrixView<Real> result) {
  add_transposed_multiply(a, Range{0, a.columns()}, f, result);
}

template void multiply(ConstMatrixView<float>, ConstMatrixView<float>, MatrixView<float>);
template void multiply(ConstMatrixView<double>, ConstMatrixView<double>, MatrixView<double>);
template void add_transposed_multiply(ConstMatrixView<float>, Range, ConstMatrixView<float>,
                                      MatrixView<float>);
template void add_transposed_multiply(ConstMatrixView<double>, Range, ConstMatrixView<double>,
                                      MatrixView<double>);
template void add_transposed_multiply(ConstMatrixView<float>, ConstMatrixView<float>,
                                      MatrixView<float>);
template void add_transposed_multiply(ConstMatrixView<double>, ConstMatrixView<double>,
                                      MatrixView<double>);

}  // namespace tessera::kernels
