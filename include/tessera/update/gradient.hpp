#pragma once

#include "tessera/core/aligned.hpp"
#include "tessera/update/largest_eigenvalue.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Projected gradient, each row on its own:
///   f ← [f − α·(f·G − c)]₊ , or the upper bound where that is less.
/// Step::armijo: α is found by multiplying or dividing by β = 0.1 until the decrease is sufficient
/// (σ = 0.01). Since the subproblem is quadratic, the test needs G and c only. α is kept from one
/// update to the next. Step::lipschitz: α = 1 / λ_max(G), which always decreases, even where G is
/// indefinite: its entries are not negative, so no eigenvalue is larger in size (Perron 1907).
/// An update makes inner.most steps per row; if rows may end early, fewer once the row's projected
/// gradient has fallen to a tenth. Source: Lin, Neural Computation 2007, alg. 4.
template <class Real>
class ProjectedGradient final : public UpdateRule<Real> {
 public:
  explicit ProjectedGradient(const RuleSettings& settings);

  [[nodiscard]] Index state_width() const override { return step_ == Step::armijo ? 1 : 0; }
  void save_state(MatrixView<Real> rows) const override;
  void load_state(ConstMatrixView<Real> rows) override;

 private:
  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;
  void improve_row(const Real* cross, Real* factor, double& step);
  bool search(const Real* factor, double& step);
  bool try_step(const Real* factor, double step);
  void propose(const Real* factor, double step);

  InnerSteps inner_;
  Step step_;
  LargestEigenvalue largest_eigenvalue_;
  double scale_ = 0;              ///< largest diagonal entry of G
  Matrix<Real> gram_;             ///< k×k in working precision
  AlignedVector<Real> steps_;     ///< α of each row; 0 until first used
  AlignedVector<Real> gradient_;  ///< f·G − c
  AlignedVector<Real> candidate_;
  AlignedVector<Real> accepted_;
  AlignedVector<Real> difference_;
  AlignedVector<Real> product_;
};

}  // namespace tessera::update
