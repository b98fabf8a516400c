#pragma once

#include "tessera/core/aligned.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Multiplicative update F ← F ∘ (C₊ + μ·S·F) ⊘ (F·G + μ·D·F + C₋ + λ₁), C = C₊ − C₋: simple,
/// monotone, slow. Entries that are 0 stay 0; where the denominator vanishes they stay as they are;
/// entries above the upper bound are set to it. C₋ is zero unless some components are kept fixed;
/// it enters like λ₁, a linear term f bounded by ½(f²/F + F). μ is zero unless rows are coupled.
///
/// The step is F − ∇ ⊘ K with K = (F·G + μ·D·F + C₋ + λ₁) ⊘ F, and 2K − G − μ(D − S) =
/// 2(K − μD) − G + μ(D + S) has no negative eigenvalue, whatever the graph: the signless Laplacian
/// D + S has none. So the objective never rises, projected or not.
/// Source: Lee & Seung, NIPS 2000, theorem 1; coupled: Cai et al., IEEE TPAMI 2011, eq. 14.
template <class Real>
class Multiplicative final : public UpdateRule<Real> {
 public:
  explicit Multiplicative(const RuleSettings& settings);

 private:
  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;
  void improve_row(Index own_row, const Real* cross, const Real* products, Real* f) const;

  Matrix<Real> gram_;         ///< k×k in working precision
  AlignedVector<Real> live_;  ///< 1 for each component that is not dead, else 0
  Matrix<Real> products_;     ///< kTileRows × k: some rows of F·G
};

}  // namespace tessera::update
