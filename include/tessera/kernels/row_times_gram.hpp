#pragma once

#include <algorithm>
#include <vector>

#include "tessera/matrix/matrix.hpp"

namespace tessera::kernels {

/// result = f·G for one row f of k coefficients and a symmetric k×k matrix G.
///
/// The sum over j runs in one order whatever row it is and wherever the row lies, so rows of a
/// factor come out the same to the bit however the factor is cut into pieces.
template <class Real>
void row_times_gram(const Real* f, ConstMatrixView<Real> gram, Real* result);

/// result = F·G for some rows of a factor, in this thread. What has been said of the sums holds for
/// each row, however many there are at a time; about kTileRows are best.
/// @pre gram is symmetric, k×k; rows and result have one shape. @throws ShapeError otherwise.
template <class Real>
void rows_times_gram(ConstMatrixView<Real> rows, ConstMatrixView<Real> gram,
                     MatrixView<Real> result);

/// Squared norm of a component, relative to the largest one, below which it counts as dead: it
/// contributes less than rounding and dividing by it would only amplify noise.
inline constexpr double kDeadRatio = 1e-30;

/// True for each component whose gram diagonal is not negligible beside the largest.
[[nodiscard]] inline bool is_live(ConstMatrixView<double> gram, Index component,
                                  double largest_diagonal) {
  return gram(component, component) > kDeadRatio * largest_diagonal;
}

/// The largest diagonal entry; 0 for a zero matrix.
[[nodiscard]] inline double largest_diagonal(ConstMatrixView<double> gram) {
  double largest = 0;
  for (Index l = 0; l < gram.rows(); ++l) {
    largest = std::max(largest, gram(l, l));
  }
  return largest;
}

/// Lists the live components in `live`; none for a zero matrix. No allocation if it has room for k.
inline void list_live(ConstMatrixView<double> gram, std::vector<Index>& live) {
  const double scale = largest_diagonal(gram);
  live.clear();
  for (Index l = 0; l < gram.rows(); ++l) {
    if (is_live(gram, l, scale)) {
      live.push_back(l);
    }
  }
}

}  // namespace tessera::kernels
