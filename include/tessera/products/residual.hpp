#pragma once

#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// ‖A − WH‖², entry by entry over A in bounded tiles, products and sums in double. Costs about as
/// much as one iteration; meant for the factors that are stored. Collective.
template <class Real>
[[nodiscard]] double squared_residual(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                      const FactorPair<Real>& factors);

}  // namespace tessera::products
