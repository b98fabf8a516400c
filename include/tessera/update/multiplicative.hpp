#pragma once

#include "tessera/core/aligned.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Multiplicative update F ← F ∘ C₊ ⊘ (F·G + C₋ + λ₁), C = C₊ − C₋: simple, monotone, slow. Entries
/// that are 0 stay 0; where the denominator vanishes they stay as they are. C₋ is zero unless some
/// components are kept fixed; it enters like λ₁, a linear term f bounded by ½(f²/F + F).
/// Source: Lee & Seung, NIPS 2000, theorem 1.
template <class Real>
class Multiplicative final : public UpdateRule<Real> {
 public:
  explicit Multiplicative(const RuleSettings& settings);

 private:
  void apply(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
             MatrixView<Real> factor) override;

  Matrix<Real> gram_;                ///< k×k in working precision
  AlignedVector<Real> denominator_;  ///< one row of F·G
};

}  // namespace tessera::update
