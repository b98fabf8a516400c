#pragma once

#include <memory>

#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Keeps the first components of a factor as they are, F = [F₀, F₁], and improves the others by
/// any rule: for F₁ the subproblem has the gram matrix G₁₁ and the cross product C₁ − F₀·G₀₁, G
/// with the penalty of orthogonality in it.
template <class Real>
class FixedComponents final : public UpdateRule<Real> {
 public:
  /// `settings` is about the whole factor; its first settings.fixed components stay.
  explicit FixedComponents(const RuleSettings& settings);

  [[nodiscard]] Index state_width() const override { return rule_ ? rule_->state_width() : 0; }
  void save_state(MatrixView<Real> rows) const override {
    if (rule_) {
      rule_->save_state(rows);
    }
  }
  void load_state(ConstMatrixView<Real> rows) override {
    if (rule_) {
      rule_->load_state(rows);
    }
  }
  [[nodiscard]] Diagnostics diagnostics() const override {
    return rule_ ? rule_->diagnostics() : Diagnostics{};
  }

 private:
  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;
  [[nodiscard]] Coupling<Real> free_coupling();

  Index fixed_;
  std::unique_ptr<UpdateRule<Real>> rule_;  ///< of the free components; null when there is none
  Matrix<double> free_gram_;
  Matrix<Real> free_cross_;
  Matrix<Real> free_factor_;
  Matrix<Real> free_attraction_;
};

}  // namespace tessera::update
