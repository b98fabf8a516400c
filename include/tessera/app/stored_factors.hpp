#pragma once

#include <string>

#include "tessera/core/scaling.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

/// Factors from files, distributed as a matrix A needs them. Collective; @throws mpi::AgreedError
/// when a file cannot be read or its shape does not fit A, which the message says.
namespace tessera::app {

/// Warns where the matrix that a result was made of was scaled in another way.
void warn_of_other_scale(const io::ModelInfo& model, Scaling scale);

/// W and H of a result. @pre info is the file's, and its shape that of A.
template <class Real>
[[nodiscard]] FactorPair<Real> read_model(const std::string& path, const io::ModelInfo& info,
                                          const DataMatrix<Real>& a, const mpi::ProcessGrid& grid);

/// What a checkpoint holds besides.
template <class Real>
[[nodiscard]] io::StoredState<Real> read_state(const std::string& path, const io::ModelInfo& info,
                                               const DataMatrix<Real>& a,
                                               const mpi::ProcessGrid& grid);

/// W and H of an earlier result of rank `rank` for a matrix of A's shape.
template <class Real>
[[nodiscard]] FactorPair<Real> read_start(const std::string& path, Index rank,
                                          const DataMatrix<Real>& a, const mpi::ProcessGrid& grid);

/// Given components: H of a result, or a matrix file of one component a row, c×n. As pieces of Hᵀ,
/// n×c.
template <class Real>
[[nodiscard]] Factor<Real> read_components(const std::string& path, const DataMatrix<Real>& a,
                                           const mpi::ProcessGrid& grid);

}  // namespace tessera::app
