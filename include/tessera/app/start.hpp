#pragma once

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::app {

/// The W and H that --init asks for. Collective. @throws mpi::AgreedError.
template <class Real>
[[nodiscard]] FactorPair<Real> make_start(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                          const SolverOptions& solver);

}  // namespace tessera::app
