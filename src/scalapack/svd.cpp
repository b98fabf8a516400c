#include "tessera/scalapack/svd.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "tessera/mpi/agree.hpp"

#include "prototypes.hpp"

namespace tessera::scalapack {
namespace {

Matrix<double> transpose(const Matrix<double>& matrix) {
  Matrix<double> result(matrix.columns(), matrix.rows());
  for (Index i = 0; i < matrix.rows(); ++i) {
    for (Index j = 0; j < matrix.columns(); ++j) {
      result(j, i) = matrix(i, j);
    }
  }
  return result;
}

/// LAPACK reads a row-major M as Mᵀ = right·diag(values)·leftᵀ. It returns the columns of `right`
/// one behind the other, which is rightᵀ row by row, and leftᵀ column by column, which is `left`.
SmallSvd decompose_here(ConstMatrixView<double> matrix) {
  if (!std::ranges::all_of(matrix.span(), [](double entry) { return std::isfinite(entry); })) {
    throw NumericalError(
        "the singular value decomposition met a number that is not finite. Scale the matrix, for "
        "example with --scale max");
  }
  const int k = static_cast<int>(matrix.rows());
  AlignedVector<double> copy(matrix.span().begin(), matrix.span().end());
  Matrix<double> right_transposed(k, k);
  SmallSvd svd{Matrix<double>(k, k), {}, std::vector<double>(static_cast<std::size_t>(k))};
  const auto call = [&](double* work, int length) {
    int info = 0;
    dgesvd_("A", "A", &k, &k, copy.data(), &k, svd.values.data(), right_transposed.view().data(),
            &k, svd.left.view().data(), &k, work, &length, &info, 1, 1);
    if (info != 0) {
      throw NumericalError("the singular value decomposition of a " + std::to_string(k) + "x" +
                           std::to_string(k) + " matrix did not converge");
    }
  };
  double wanted = 0;
  call(&wanted, -1);
  AlignedVector<double> work(static_cast<std::size_t>(wanted));
  call(work.data(), static_cast<int>(wanted));
  svd.right = transpose(right_transposed);
  return svd;
}

}  // namespace

SmallSvd decompose(ConstMatrixView<double> matrix, const mpi::Communicator& comm) {
  const Index k = matrix.rows();
  require_shape("the matrix to decompose", matrix, k, k);
  SmallSvd svd{Matrix<double>(k, k), Matrix<double>(k, k),
               std::vector<double>(static_cast<std::size_t>(k))};
  mpi::on_root(comm, [&] { svd = decompose_here(matrix); });
  comm.broadcast(svd.left.span(), 0);
  comm.broadcast(svd.right.span(), 0);
  comm.broadcast(std::span(svd.values), 0);
  return svd;
}

}  // namespace tessera::scalapack
