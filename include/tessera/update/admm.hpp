#pragma once

#include <vector>

#include <Eigen/Cholesky>

#include "tessera/update/row_tile.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Alternating direction method of multipliers: F and an unconstrained copy F̃ are made equal
/// through scaled multipliers U, each row on its own,
///   f̃ ← (c + ρ(f + u))·(G + ρI)⁻¹ ,  f ← [f̃ − u]₊ ,  u ← u + f − f̃ ,
/// with ρ = tr(G)/k. The factor is F, never F̃. What is kept from one update to the next is ρU,
/// since ρ changes with G: the multipliers of F ≥ 0, which tend to the positive part of F·G − C.
/// They start as that part where F is 0, so a minimiser stays what it is.
///
/// An update makes inner.most steps; if rows may end early, a row does once its primal residual
/// f − f̃ and its dual one, the change of f, have together fallen to a tenth of the first step's:
/// their norm never grows from step to step (He & Yuan, Numer. Math. 2015). A component with
/// G_ll = 0 is left alone. Not monotone; the loop keeps the best iterate. Source: Huang,
/// Sidiropoulos & Liavas, IEEE Trans. Signal Process. 2016 (AO-ADMM), alg. 1.
template <class Real>
class Admm final : public UpdateRule<Real> {
 public:
  explicit Admm(const RuleSettings& settings);

  [[nodiscard]] Index state_width() const override {
    return has_multipliers_ ? multipliers_.columns() : 0;
  }
  void save_state(MatrixView<Real> rows) const override;
  void load_state(ConstMatrixView<Real> rows) override;

  /// ρU of the last update, rows × k.
  [[nodiscard]] ConstMatrixView<Real> multipliers() const { return multipliers_.view(); }

 private:
  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;
  void invert(ConstMatrixView<double> gram);
  void start_multipliers(ConstMatrixView<Real> cross, ConstMatrixView<Real> factor,
                         MatrixView<Real> multipliers) const;
  void improve_tile();
  void step_tile();
  bool end_rows();

  InnerSteps inner_;
  double rho_ = 0;           ///< ρ
  Eigen::MatrixXd shifted_;  ///< G + ρI
  Eigen::LLT<Eigen::MatrixXd> cholesky_;
  Eigen::VectorXd column_;  ///< of the inverse
  Matrix<Real> inverse_;    ///< (G + ρI)⁻¹ in working precision; its condition is at most k + 1
  std::vector<Index> live_;  ///< the components that are not dead
  bool has_multipliers_ = false;
  bool starts_multipliers_ = false;  ///< whether this is the first update that has them
  Matrix<Real> multipliers_;
  Matrix<Real> cross_;            ///< k × tile rows: a tile of C − λ₁ transposed
  Matrix<Real> factor_;           ///< of F
  Matrix<Real> dual_;             ///< of U
  Matrix<Real> target_;           ///< of C − λ₁ + ρ(F + U)
  Matrix<Real> solution_;         ///< of F̃ − U
  TileRow<Real> active_;          ///< 1 for rows that still go on, else 0
  TileRow<Real> residual_;        ///< ‖f − f̃‖² + ‖change of f‖² of this step
  TileRow<Real> first_residual_;  ///< of the first
};

}  // namespace tessera::update
