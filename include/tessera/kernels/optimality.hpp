#pragma once

#include <limits>
#include <span>

#include "tessera/kernels/tile_rows.hpp"
#include "tessera/matrix/coupling.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::kernels {

/// Squared norms over the local rows of a factor F: how far it is from optimal.
struct Optimality {
  /// Σ of ∇², but min(0, ∇)² where F = 0 and max(0, ∇)² where F is at its upper bound.
  double projected_gradient = 0;
  double cross = 0;  ///< Σ of C²
};

/// A factor and its subproblem min ½tr(F G Fᵀ) − tr(F Cᵀ) + λ₁‖F‖₁ + ½μ·tr(FᵀLF): its gradient is
/// ∇ = FG − C + λ₁ + μ(D − S)F.
template <class Real>
struct Subproblem {
  ConstMatrixView<Real> gram = {};     ///< k×k
  ConstMatrixView<Real> cross = {};    ///< rows × k
  ConstMatrixView<Real> factor = {};   ///< rows × k
  double l1 = 0;                       ///< λ₁
  std::span<const double> scale = {};  ///< k: what each column of ∇ and C is multiplied by
  Real upper_bound = std::numeric_limits<Real>::infinity();
  Coupling<Real> coupling = {};
};

/// Measures F against its subproblem. `workspace` is kTileRows × k.
/// Source: Lin, Neural Computation 2007, eq. 8 (projected gradient).
/// @throws ShapeError when the shapes do not fit.
template <class Real>
[[nodiscard]] Optimality measure_optimality(const Subproblem<Real>& subproblem,
                                            MatrixView<Real> workspace);

}  // namespace tessera::kernels
