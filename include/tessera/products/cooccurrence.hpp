#pragma once

#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// In how many rows of A two columns are both not zero, for the pairs within each list of columns.
///
/// @param lists original columns of A, in any order, none of them twice in a list
/// @pre the grid has one column of processes, so that each holds whole rows. @throws ShapeError.
/// @return for each list of c columns a symmetric c×c matrix, whose diagonal counts the rows of a
/// single column; the same on every process and for every cut of A. One all-reduce.
template <class Real>
[[nodiscard]] std::vector<Matrix<Index>> count_cooccurrences(
    const DataMatrix<Real>& a, const std::vector<std::vector<Index>>& lists,
    const mpi::ProcessGrid& grid);

}  // namespace tessera::products
