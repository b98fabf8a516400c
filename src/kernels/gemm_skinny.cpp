#include "tessera/kernels/gemm_skinny.hpp"

#include <algorithm>

#include <cblas.h>

#include "tessera/core/error.hpp"

namespace tessera::kernels {
namespace {

blasint to_blas(Index size) {
  const auto narrow = static_cast<blasint>(size);
  if (narrow != size) {
    throw Error(ExitCode::other, "a local block has " + std::to_string(size) +
                                     " rows or columns, more than BLAS can address. "
                                     "Use more processes");
  }
  return narrow;
}

/// C = op(A)·B + beta·C for row-major operands.
void gemm(CBLAS_TRANSPOSE transpose, ConstMatrixView<float> a, ConstMatrixView<float> b, float beta,
          MatrixView<float> c) {
  cblas_sgemm(CblasRowMajor, transpose, CblasNoTrans, to_blas(c.rows()), to_blas(c.columns()),
              to_blas(b.rows()), 1.0F, a.data(), to_blas(a.columns()), b.data(),
              to_blas(b.columns()), beta, c.data(), to_blas(c.columns()));
}
void gemm(CBLAS_TRANSPOSE transpose, ConstMatrixView<double> a, ConstMatrixView<double> b,
          double beta, MatrixView<double> c) {
  cblas_dgemm(CblasRowMajor, transpose, CblasNoTrans, to_blas(c.rows()), to_blas(c.columns()),
              to_blas(b.rows()), 1.0, a.data(), to_blas(a.columns()), b.data(),
              to_blas(b.columns()), beta, c.data(), to_blas(c.columns()));
}

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
  gemm(CblasNoTrans, a, f, Real{0}, result);
}

template <class Real>
void add_transposed_multiply(ConstMatrixView<Real> a, ConstMatrixView<Real> f,
                             MatrixView<Real> result) {
  require_shape("F of A'·F", f, a.rows(), f.columns());
  require_shape("the result of A'·F", result, a.columns(), f.columns());
  if (result.size() == 0 || a.rows() == 0) {
    return;
  }
  gemm(CblasTrans, a, f, Real{1}, result);
}

template void multiply(ConstMatrixView<float>, ConstMatrixView<float>, MatrixView<float>);
template void multiply(ConstMatrixView<double>, ConstMatrixView<double>, MatrixView<double>);
template void add_transposed_multiply(ConstMatrixView<float>, ConstMatrixView<float>,
                                      MatrixView<float>);
template void add_transposed_multiply(ConstMatrixView<double>, ConstMatrixView<double>,
                                      MatrixView<double>);

}  // namespace tessera::kernels
