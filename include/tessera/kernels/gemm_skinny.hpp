#pragma once

#include "tessera/matrix/dense_block.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::kernels {

/// result = A·F: the local part of A·Hᵀ. A is rows × columns, F columns × k, result rows × k.
/// @throws ShapeError when the shapes do not fit.
template <class Real>
void multiply(ConstMatrixView<Real> a, ConstMatrixView<Real> f, MatrixView<Real> result);

/// result += Aᵀ·F: the local part of Aᵀ·W. A is rows × columns, F rows × k, result columns × k.
/// @throws ShapeError when the shapes do not fit.
template <class Real>
void add_transposed_multiply(ConstMatrixView<Real> a, ConstMatrixView<Real> f,
                             MatrixView<Real> result);

/// The same for some columns of A, with the same bits; result columns.size() × k.
template <class Real>
void add_transposed_multiply(ConstMatrixView<Real> a, Range columns, ConstMatrixView<Real> f,
                             MatrixView<Real> result);

/// The same for local rows of a dense block, as kernels/spmm has it for a sparse one.
template <class Real>
void multiply(const DenseBlock<Real>& a, Range rows, ConstMatrixView<Real> f,
              MatrixView<Real> result) {
  multiply<Real>(a.entries().rows(rows), f, result);
}
template <class Real>
void add_transposed_multiply(const DenseBlock<Real>& a, Range rows, ConstMatrixView<Real> f,
                             MatrixView<Real> result) {
  add_transposed_multiply<Real>(a.entries().rows(rows), f, result);
}

}  // namespace tessera::kernels
