#pragma once

#include <string>

#include "tessera/config/options.hpp"
#include "tessera/io/entries.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::io {

/// Where the rows and columns of a sparse A go, and how evenly that spreads its stored entries.
struct Placement {
  Distribution distribution;
  Ordering row_order;
  Ordering column_order;
  Index own_entries = 0;  ///< that this process's block will hold
  double imbalance = 1;   ///< most stored entries of a process over their mean
};

/// Chooses blocks of about equally many stored entries from the counts of all rows and columns:
/// cuts at equal sums in the given order (`entries`), or of randomly permuted rows and columns
/// (`permute`); `automatic` permutes where that spreads better by more than a hundredth. Takes
/// memory for one count per row and column of A. Collective.
/// @pre positions are row·n + column in A.
template <class Real>
[[nodiscard]] Placement place(const Entries<Real>& entries, Index m, Index n, Balance balance,
                              const mpi::ProcessGrid& grid);

/// Puts entries where those of the matrix `a`, of the same shape, lie already. Collective.
template <class Real>
[[nodiscard]] Placement place_onto(const Entries<Real>& entries, const DataMatrix<Real>& a,
                                   const mpi::ProcessGrid& grid);

/// Sends every entry to the process that owns its place and builds the blocks. `entries` is
/// consumed piece by piece. Collective.
/// @throws mpi::AgreedError (code input) that names the file and the place of two entries of one
/// place, unless they are to be summed; or (code other) for a block of 2^31 or more columns.
template <class Real>
[[nodiscard]] SparseBlock<Real> route_entries(Entries<Real> entries, const Placement& placement,
                                              Duplicates duplicates, const std::string& file,
                                              const mpi::ProcessGrid& grid);

}  // namespace tessera::io
