#pragma once

#include "tessera/matrix/matrix.hpp"

namespace tessera::kernels {

/// ‖A − W·H‖² of one block, W rows × k and H given as its transpose, columns × k. Works in tiles of
/// bounded memory, products and sums in double.
/// @throws ShapeError when the shapes do not fit.
template <class Real>
[[nodiscard]] double squared_residual(ConstMatrixView<Real> a, ConstMatrixView<Real> w,
                                      ConstMatrixView<Real> h);

/// product = W·H for the given rows of W, in double.
template <class Real>
void reconstruct(ConstMatrixView<Real> w, ConstMatrixView<Real> h, MatrixView<double> product);

}  // namespace tessera::kernels
