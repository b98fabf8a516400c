#pragma once

#include "tessera/core/types.hpp"

namespace tessera::kernels {

/// ⟨x, y⟩ of k coefficients, in four interleaved partial sums: one order for every row.
template <class Real>
[[nodiscard]] inline Real dot(const Real* x, const Real* y, Index k) {
  Real sums[4] = {};
  Index l = 0;
  for (; l + 4 <= k; l += 4) {
    for (Index lane = 0; lane < 4; ++lane) {
      sums[lane] += x[l + lane] * y[l + lane];
    }
  }
  for (; l < k; ++l) {
    sums[l % 4] += x[l] * y[l];
  }
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

/// target += weight·source for rows of k coefficients.
template <class Real>
inline void add_scaled(Real weight, const Real* source, Real* target, Index k) {
  for (Index l = 0; l < k; ++l) {
    target[l] += weight * source[l];
  }
}

}  // namespace tessera::kernels
