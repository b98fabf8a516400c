#pragma once

#include "tessera/update/index_set.hpp"
#include "tessera/update/row_tile.hpp"

namespace tessera::update {

/// Foresees which coefficients of a row's optimum are positive: those that are after a few sweeps
/// of coordinate descent from the row as it is. They cost little beside a solution, and with them
/// most rows need only one. A dead component is never among them.
template <class Real>
class PassiveGuess {
 public:
  explicit PassiveGuess(Index rank);

  /// What assign() is about from now on. @pre gram is k×k.
  void prepare(ConstMatrixView<double> gram);

  /// Sets the sets of the first cross.rows() rows. `l1` is to be taken off C. @pre cross and
  /// factor have equal shapes and at most as many rows as there are sets, in whole tiles.
  void assign(ConstMatrixView<Real> cross, Real l1, ConstMatrixView<Real> factor, IndexSets& sets);

 private:
  Matrix<Real> gram_;            ///< k×k in working precision
  AlignedVector<Real> inverse_;  ///< 1 / G_ll; 0 for a dead component
  IndexSets live_;               ///< one: of the other components
  Matrix<Real> cross_;           ///< k × kTileRows: a tile of C − λ₁ transposed
  Matrix<Real> factor_;          ///< of F
};

}  // namespace tessera::update
