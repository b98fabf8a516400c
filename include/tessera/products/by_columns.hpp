#pragma once

#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/observed.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// The copy of an observed A by columns, for rules in which each row and each column has a gram of
/// its own: A itself, on a p×1 grid, holds whole rows; this holds whole columns.
///
///   process i      A: rows row_block(i), all n columns     copy: rows h_piece(i, 0) of Aᵀ, all m
///
/// Rows and columns are positions in A. Entries of a row of Aᵀ stand by rising column, their
/// weights beside them if A has any. Every entry crosses the network once, in pieces of bounded
/// size; memory beside the copy: such a piece, and 2·n counts. Collective.
/// @pre the grid is p×1 and A's block sparse. @throws ShapeError otherwise, mpi::AgreedError (code
/// input) for 2^31 or more rows.
template <class Real>
[[nodiscard]] WeightedBlock<Real> by_columns(const DataMatrix<Real>& a,
                                             const mpi::ProcessGrid& grid);

}  // namespace tessera::products
