#pragma once

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera {

/// This process's rows of a factor, stored one row of k coefficients per row of A (W) or per
/// column of A (Hᵀ): both factors have the same shape of code.
template <class Real>
struct Factor {
  Index global_rows = 0;  ///< m for W, n for Hᵀ
  Range owned;            ///< global rows held here
  Matrix<Real> piece;     ///< owned.size() × k

  Factor() = default;
  Factor(Index global, Range range, Index rank)
      : global_rows(global), owned(range), piece(range.size(), rank) {}

  [[nodiscard]] Index rank() const { return piece.columns(); }
};

/// W and Hᵀ of one factorization on this process.
template <class Real>
struct FactorPair {
  Factor<Real> w;
  Factor<Real> h;

  [[nodiscard]] Index rank() const { return w.rank(); }
};

}  // namespace tessera
