#pragma once

#include "tessera/update/scaled_gram.hpp"
#include "tessera/update/subset_cholesky.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Alternating least squares: solve F·G = C without the constraint, then set negative entries to
/// 0. Not monotone; the loop keeps the best iterate. A singular G gets the smallest ridge with
/// which its Cholesky factorization is stable; a dead component becomes 0. Source: Paatero &
/// Tapper, Environmetrics 1994; Berry et al., Comput. Stat. Data Anal. 2007, section 3.3.
template <class Real>
class Als final : public UpdateRule<Real> {
 public:
  explicit Als(const RuleSettings& settings);

  [[nodiscard]] Diagnostics diagnostics() const override { return diagnostics_; }

 private:
  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;
  void factorize();

  ScaledGram gram_;
  SubsetCholesky cholesky_;
  IndexSets live_;
  Matrix<double> right_;     ///< kLanes × k
  Matrix<double> solution_;  ///< kLanes × k
  Diagnostics diagnostics_;
};

}  // namespace tessera::update
