#pragma once

#include <span>
#include <vector>

#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// What the observed entries of each row of A weigh together, for the rows of this process's piece
/// of W; likewise of each column, for its piece of Hᵀ. One all-reduce along a side of the grid.
/// Collective. @pre a.observed_only.
template <class Real>
[[nodiscard]] std::vector<double> observed_weights_of_rows(const DataMatrix<Real>& a,
                                                           const mpi::ProcessGrid& grid);
template <class Real>
[[nodiscard]] std::vector<double> observed_weights_of_columns(const DataMatrix<Real>& a,
                                                              const mpi::ProcessGrid& grid);

/// Gives the rows of a factor of which nothing is observed (weight 0) the mean of all others, from
/// component `first` on: the best guess for a user or an item of whom nothing is known. Collective.
template <class Real>
void fill_unobserved(Factor<Real>& factor, std::span<const double> weights, Index first,
                     const mpi::Communicator& comm);

}  // namespace tessera::products
