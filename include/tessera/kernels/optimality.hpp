#pragma once

#include <span>

#include "tessera/matrix/matrix.hpp"

namespace tessera::kernels {

/// Squared norms over the local rows of a factor F: how far it is from optimal.
struct Optimality {
  double projected_gradient = 0;  ///< Σ of ∇² where F > 0 and min(0, ∇)² where F = 0, ∇ = FG − C
  double cross = 0;               ///< Σ of C²
};

/// Measures F against its subproblem, each column l of ∇ and C multiplied by scale[l] first.
/// `workspace` has k entries. Source: Lin, Neural Computation 2007, eq. 8 (projected gradient).
/// @pre gram is k×k, cross and factor rows × k, scale of length k.
template <class Real>
[[nodiscard]] Optimality measure_optimality(ConstMatrixView<Real> gram, ConstMatrixView<Real> cross,
                                            ConstMatrixView<Real> factor,
                                            std::span<const double> scale,
                                            std::span<Real> workspace);

}  // namespace tessera::kernels
