#pragma once

#include <span>

#include "tessera/core/clip.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/matrix/sparse_block.hpp"

namespace tessera::kernels {

/// How predictions are compared with entries.
struct Scoring {
  Clip clip = {};    ///< into which predictions (WH)_ij are brought first
  double floor = 0;  ///< least x in the logarithm of the divergence, which else could be infinite;
                     ///< see prediction_floor()
};

/// 2^-23 of the mean entry: what float32 can just tell from 0 beside it.
[[nodiscard]] constexpr double prediction_floor(double mean) { return mean * 0x1p-23; }

/// Sums over entries a with predictions x. They add up over blocks.
struct ErrorSums {
  double entries = 0;
  double squared = 0;     ///< Σ (a − x)²
  double absolute = 0;    ///< Σ |a − x|
  double divergence = 0;  ///< Σ a·log(a/x) − a + x, 0·log 0 being 0
  double predicted = 0;   ///< Σ x

  ErrorSums& operator+=(const ErrorSums& more);
};

/// Over the stored entries of a block: W is its rows × k, H given as its transpose, columns × k.
/// Predictions and sums in double. @throws ShapeError when the shapes do not fit.
template <class Real>
[[nodiscard]] ErrorSums error_sums(const SparseBlock<Real>& entries, ConstMatrixView<Real> w,
                                   ConstMatrixView<Real> h, const Scoring& scoring);
/// Over all entries of a dense block, in tiles of bounded memory.
template <class Real>
[[nodiscard]] ErrorSums error_sums(ConstMatrixView<Real> entries, ConstMatrixView<Real> w,
                                   ConstMatrixView<Real> h, const Scoring& scoring);

/// Σ w·(a − x)² over the stored entries and their weights; no weights where all are 1.
template <class Real>
[[nodiscard]] double squared_residual(const SparseBlock<Real>& a, std::span<const Real> weights,
                                      ConstMatrixView<Real> w, ConstMatrixView<Real> h);

}  // namespace tessera::kernels
