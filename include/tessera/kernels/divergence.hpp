#pragma once

#include <span>

#include "tessera/matrix/block.hpp"

namespace tessera::kernels {

/// Σ ω_ij·d(a_ij | (WH)_ij) over the stored entries of a sparse block, products and sums in double;
/// W is rows × k, H given as its transpose, columns × k; predictions below `floor` count as that.
/// Without `whole`, Kullback-Leibler's distance lacks its term x, whose sum over all entries is
/// known.
/// @throws ShapeError when the shapes do not fit.
template <class Real>
[[nodiscard]] double divergence_of_stored(const SparseBlock<Real>& a, std::span<const Real> weights,
                                          ConstMatrixView<Real> w, ConstMatrixView<Real> h,
                                          double beta, double floor, bool whole = true);

/// Σ d(a_ij | (WH)_ij) over all entries of a block, those that a sparse one does not store being
/// zero: mnk operations, whatever is stored.
template <class Real>
[[nodiscard]] double divergence_of_all(const Block<Real>& a, ConstMatrixView<Real> w,
                                       ConstMatrixView<Real> h, double beta, double floor);

}  // namespace tessera::kernels
