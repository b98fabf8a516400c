#pragma once

#include "tessera/config/options.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::solve {

/// λ₁‖F‖₁ + ½λ₂‖F‖²_F of the local rows of a factor F ≥ 0, summed in double.
template <class Real>
[[nodiscard]] double penalty_value(ConstMatrixView<Real> factor, const Penalty& penalty) {
  double sum = 0;
  double squares = 0;
  if (penalty.is_set()) {
    for (const Real entry : factor.span()) {
      const double value = entry;
      sum += value;
      squares += value * value;
    }
  }
  return penalty.l1 * sum + 0.5 * penalty.l2 * squares;
}

}  // namespace tessera::solve
