#pragma once

#include <vector>

#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::scalapack {

/// M = left·diag(values)·rightᵀ of a small k×k matrix, on every process.
struct SmallSvd {
  Matrix<double> left;         ///< k×k, columns are left singular vectors
  Matrix<double> right;        ///< k×k, columns are right singular vectors
  std::vector<double> values;  ///< falling, >= 0
};

/// The singular value decomposition of a k×k matrix that every process holds. Process 0 computes
/// it (LAPACK's dgesvd) and broadcasts it, so that all have the same bits. Collective.
/// @throws ShapeError unless the matrix is square.
/// @throws mpi::AgreedError (numerical) when an entry is not finite or the method does not
/// converge.
[[nodiscard]] SmallSvd decompose(ConstMatrixView<double> matrix, const mpi::Communicator& comm);

}  // namespace tessera::scalapack
