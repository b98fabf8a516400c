#pragma once

#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/solve/settings.hpp"

namespace tessera::solve {

/// The KKT residual of the pair (W, H), as --kkt-tolerance means it, both factors measured at the
/// same point: two products with A. Collective.
template <class Real>
[[nodiscard]] double kkt_residual(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                  const FactorPair<Real>& factors, Settings settings);

}  // namespace tessera::solve
