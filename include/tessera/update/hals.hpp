#pragma once

#include "tessera/core/aligned.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Sweeps at most where the user leaves it to us: as long as they cost no more than half of what
/// the products with A do, 1 + ½ρ with ρ = 1 + (nnz + n·k) / (m·k + m) for W (m×k); for Hᵀ the
/// sides change places. Source: Gillis & Glineur, Neural Computation 2012, section 4.1.
[[nodiscard]] InnerSteps automatic_sweeps(Index own_rows, Index other_rows, Index stored_entries,
                                          Index rank);

/// Hierarchical alternating least squares: one component after the other is set to its optimum,
///   F_:l ← [F_:l + (C_:l − F·G_:l) / G_ll]₊ , or the upper bound where that is less,
/// using the components already renewed. A component with G_ll = 0 is left alone. One sweep is the
/// same as one of scikit-learn's coordinate descent without shuffling. Sweeps go on up to
/// inner.most; if rows may end early, a row does when a sweep changes it by less than a tenth of
/// what the first did. Source: Cichocki & Phan, IEICE Trans. 2009, alg. 2; several sweeps: Gillis &
/// Glineur, Neural Computation 2012, section 4.
template <class Real>
class Hals final : public UpdateRule<Real> {
 public:
  explicit Hals(const RuleSettings& settings);

 private:
  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;

  InnerSteps inner_;
  Matrix<Real> gram_;            ///< k×k in working precision
  AlignedVector<Real> inverse_;  ///< 1 / G_ll; 0 for a dead component
};

}  // namespace tessera::update
