#pragma once

#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// ‖A − WH‖², products and sums in double; meant for the factors that are stored. Collective.
///
/// Where only stored entries are observed, Σ w·(a − (WH)_ij)² over these.
/// Dense A: entry by entry in bounded tiles, at about the cost of one iteration. Sparse A, which
/// W·H would fill: ‖A‖² − 2⟨A, WH⟩ + ⟨WᵀW, HHᵀ⟩, one pass over the stored entries; it loses what
/// cancels, about 1e-16·‖A‖².
template <class Real>
[[nodiscard]] double squared_residual(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                      const FactorPair<Real>& factors);

}  // namespace tessera::products
