#pragma once

#include "tessera/matrix/matrix.hpp"

namespace tessera::kernels {

/// gram = FᵀF of the local rows of a factor, k×k, symmetric, in double for either precision.
/// `workspace` holds one tile of rows in double; it has kGramTileRows × k entries.
inline constexpr Index kGramTileRows = 256;

template <class Real>
void gram(ConstMatrixView<Real> factor, MatrixView<double> workspace, MatrixView<double> gram);

/// Σ x_ij·y_ij of two matrices of the same shape, products and sum in double.
template <class Real>
[[nodiscard]] double inner_product(ConstMatrixView<Real> x, ConstMatrixView<Real> y);

}  // namespace tessera::kernels
