#pragma once

#include "tessera/matrix/matrix.hpp"
#include "tessera/matrix/sparse_block.hpp"
#include "tessera/matrix/transposed_panels.hpp"

namespace tessera::kernels {

/// result = A·F for the local rows `rows` of a sparse block. F is columns × k, result
/// rows.size() × k. @throws ShapeError when the shapes do not fit.
template <class Real>
void multiply(const SparseBlock<Real>& a, Range rows, ConstMatrixView<Real> f,
              MatrixView<Real> result);

/// result += Aᵀ·F for the local rows `rows` of a sparse block. F is rows.size() × k, result
/// columns × k. @throws ShapeError when the shapes do not fit.
template <class Real>
void add_transposed_multiply(const SparseBlock<Real>& a, Range rows, ConstMatrixView<Real> f,
                             MatrixView<Real> result);

/// The same for the local columns `columns` from the copy of a block by columns, with the same
/// bits. F is rows × k, result columns.size() × k.
template <class Real>
void add_transposed_multiply(const TransposedPanels<Real>& panels, Range columns,
                             ConstMatrixView<Real> f, MatrixView<Real> result);

/// ⟨A, W·H⟩ over the stored entries, products and sums in double; H given as its transpose.
template <class Real>
[[nodiscard]] double inner_product_with(const SparseBlock<Real>& a, ConstMatrixView<Real> w,
                                        ConstMatrixView<Real> h);

}  // namespace tessera::kernels
