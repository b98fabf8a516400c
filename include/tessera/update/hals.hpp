#pragma once

#include "tessera/core/aligned.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// Hierarchical alternating least squares: one component after the other is set to its optimum,
///   F_:l ← [F_:l + (C_:l − F·G_:l) / G_ll]₊ ,
/// using the components already renewed. A component with G_ll = 0 is left alone.
/// One update is one sweep, the same as scikit-learn's coordinate descent without shuffling.
/// Source: Cichocki & Phan, IEICE Trans. 2009, alg. 2.
template <class Real>
class Hals final : public UpdateRule<Real> {
 public:
  explicit Hals(Index rank);

 private:
  void apply(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
             MatrixView<Real> factor) override;
  void sweep_tile();

  Matrix<Real> gram_;            ///< k×k in working precision
  AlignedVector<Real> inverse_;  ///< 1 / G_ll; 0 for a dead component
  Matrix<Real> factor_tile_;     ///< k × tile rows: a tile of F transposed
  Matrix<Real> cross_tile_;      ///< k × tile rows: the same tile of C
};

}  // namespace tessera::update
