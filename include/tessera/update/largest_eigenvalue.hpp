#pragma once

#include <Eigen/Eigenvalues>

#include "tessera/matrix/matrix.hpp"

namespace tessera::update {

/// λ_max of gram matrices, the Lipschitz constant of the gradient F·G − C, without allocating.
class LargestEigenvalue {
 public:
  explicit LargestEigenvalue(Index rank) : solver_(rank) {}

  /// @pre gram is symmetric, k×k. Where its eigenvalues can't be found, their bound max_l Σ_j
  /// |G_lj|.
  [[nodiscard]] double of(ConstMatrixView<double> gram);

 private:
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver_;
};

}  // namespace tessera::update
