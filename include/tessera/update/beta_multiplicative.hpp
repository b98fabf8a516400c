#pragma once

#include <span>

#include "tessera/config/options.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::update {

/// Multiplicative update for a β-divergence,
///   F ← F ∘ (N ⊘ (D + λ₁))^γ,   γ = 1/(2 − β) for β < 1, 1 for 1 ≤ β ≤ 2, 1/(β − 1) for β > 2,
/// from the numerators N and denominators D of products/beta_products. The loss never rises: the
/// update minimises a majoriser, to which λ₁·f is added as it is or bounded by a power of f. For
/// λ₂ the minimiser is the root of λ₂f² + (D + λ₁)f = F·N if β = 1; if β ≥ 2, ½f² is bounded like
/// the rest and D + λ₁ + λ₂F is the denominator. Where N and D vanish the entry stays.
/// Source: Févotte & Idier, Neural Computation 2011, section 4.
class BetaMultiplicative {
 public:
  /// The first `fixed` components stay as they are.
  /// @pre penalty.l2 is 0 unless β is 1 or at least 2.
  BetaMultiplicative(double beta, const Penalty& penalty, Index fixed);

  /// @pre numerator and factor are rows × k; denominator is too, or 1 × k for all rows; `ridge`
  /// holds what is to be added to λ₂ for each row, or nothing. @throws ShapeError otherwise.
  template <class Real>
  void update(ConstMatrixView<Real> numerator, ConstMatrixView<Real> denominator,
              MatrixView<Real> factor, std::span<const double> ridge = {}) const;

 private:
  [[nodiscard]] double improved(double f, double numerator, double denominator, double l2) const;

  double beta_;
  double exponent_;
  Penalty penalty_;
  Index fixed_;
};

}  // namespace tessera::update
