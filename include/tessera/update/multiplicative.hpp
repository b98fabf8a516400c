#pragma once

#include "tessera/core/aligned.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Multiplicative update F ← F ∘ C ⊘ (F·G): simple, monotone, slow. Entries that are 0 stay 0, and
/// so does every entry whose denominator vanishes. Source: Lee & Seung, NIPS 2000, theorem 1.
template <class Real>
class Multiplicative final : public UpdateRule<Real> {
 public:
  explicit Multiplicative(Index rank);

 private:
  void apply(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
             MatrixView<Real> factor) override;

  Matrix<Real> gram_;                ///< k×k in working precision
  AlignedVector<Real> denominator_;  ///< one row of F·G
};

}  // namespace tessera::update
