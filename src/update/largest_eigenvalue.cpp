#include "tessera/update/largest_eigenvalue.hpp"

namespace tessera::update {

double LargestEigenvalue::of(ConstMatrixView<double> gram) {
  const Index k = gram.rows();
  const Eigen::Map<const Eigen::MatrixXd> matrix(gram.data(), k, k);
  solver_.compute(matrix, Eigen::EigenvaluesOnly);
  if (solver_.info() != Eigen::Success) {
    return matrix.cwiseAbs().colwise().sum().maxCoeff();
  }
  return solver_.eigenvalues()(k - 1);
}

}  // namespace tessera::update
