#pragma once

#include <vector>

#include "tessera/update/largest_eigenvalue.hpp"
#include "tessera/update/row_tile.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Projected gradient with Nesterov's momentum, each row on its own: from y₀ = f₀, α₀ = 1,
///   f_{t+1} ← [y_t − (y_t·G − c) / λ_max(G)]₊ ,  α_{t+1} ← (1 + √(4α_t² + 1)) / 2 ,
///   y_{t+1} ← f_{t+1} + (α_t − 1)/α_{t+1}·(f_{t+1} − f_t) .
/// A step that would raise the row's objective is not taken, and its momentum starts anew, so an
/// update never raises it. The gradient at y is the same combination of those at f, so a step costs
/// one product with G. An update makes inner.most steps; if rows may end early, a row does once its
/// projected gradient has fallen to a tenth. A component with G_ll = 0 is left alone. Source: Guan,
/// Tao, Luo & Yuan, IEEE Trans. Signal Process. 2012 (NeNMF), alg. 2; restart: O'Donoghue & Candès,
/// Found. Comput. Math. 2015, section 3.2.
template <class Real>
class Nesterov final : public UpdateRule<Real> {
 public:
  explicit Nesterov(const RuleSettings& settings);

 private:
  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;

  /// f and (f·G − c) / λ_max(G), which is of the size of f, for the rows of a tile; both
  /// transposed: k × tile rows.
  struct Point {
    explicit Point(Index rank) : factor(rank, kTileRows), gradient(rank, kTileRows) {}
    Matrix<Real> factor;
    Matrix<Real> gradient;
  };

  void improve_tile();
  void set_gradient(Point& point) const;
  void propose();
  void decide();
  [[nodiscard]] TileRow<Real> squared_projected_gradient() const;
  bool end_rows();

  InnerSteps inner_;
  LargestEigenvalue largest_eigenvalue_;
  double step_ = 0;          ///< 1 / λ_max(G)
  Matrix<Real> gram_;        ///< G / λ_max(G) in working precision
  std::vector<Index> live_;  ///< the components that are not dead
  Matrix<Real> cross_;       ///< k × tile rows: a tile of (C − λ₁) / λ_max(G) transposed
  Point previous_;           ///< f_{t−1}, or f_t where there is no momentum
  Point current_;            ///< f_t
  Point next_;               ///< f_{t+1}
  TileRow<Real> active_;     ///< 1 for rows that still go on, else 0
  TileRow<Real> alpha_;
  TileRow<Real> momentum_;    ///< the weight of f_t − f_{t−1} in y_t
  TileRow<Real> first_norm_;  ///< squared projected gradient at f₀
};

}  // namespace tessera::update
