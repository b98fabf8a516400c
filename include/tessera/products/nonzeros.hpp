#pragma once

#include <vector>

#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// Numbers of non-zero entries in whole rows of A, for the rows of this process's block: the same
/// on all processes of a grid row. NaN is not zero. One all-reduce along the grid rows.
template <class Real>
[[nodiscard]] std::vector<Index> nonzeros_of_rows(const DataMatrix<Real>& a,
                                                  const mpi::ProcessGrid& grid);
/// The same for columns of A: the same on all processes of a grid column.
template <class Real>
[[nodiscard]] std::vector<Index> nonzeros_of_columns(const DataMatrix<Real>& a,
                                                     const mpi::ProcessGrid& grid);

/// The rows, or the columns, of A that hold nothing but zeros.
struct EmptyLines {
  Index count = 0;
  std::vector<Index> first;  ///< the smallest of their original indices
};

/// Counts the empty rows of A and names the first of them, at most `most`. The same on every
/// process and for every grid and order. Collective.
template <class Real>
[[nodiscard]] EmptyLines find_empty_rows(const DataMatrix<Real>& a, Index most,
                                         const mpi::ProcessGrid& grid);
template <class Real>
[[nodiscard]] EmptyLines find_empty_columns(const DataMatrix<Real>& a, Index most,
                                            const mpi::ProcessGrid& grid);

}  // namespace tessera::products
