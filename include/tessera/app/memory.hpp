#pragma once

#include <string>

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::app {

/// Adds the copy of a sparse A by columns, which makes products with its transpose faster, where
/// the solver can use it, unless memory is to be saved or, if that is left open, the copy would
/// take more than half of what is available. Results are the same to the bit. Collective.
/// @param weighted whether some process has weights of its entries.
template <class Real>
void add_transposed_panels(DataMatrix<Real>& a, MemoryUse use, const SolverOptions& solver,
                           bool weighted, const mpi::Communicator& comm);

/// Refuses factors that do not fit before they are made: a sparse file claims rows and columns in a
/// few bytes, but each has a row of a factor. Collective. @throws mpi::AgreedError (code input).
/// @param rank values for each row and each column
template <class Real>
void require_memory_for_factors(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index rank,
                                const std::string& path);

/// Bytes that this process holds now.
[[nodiscard]] Index resident_memory();

/// Bytes that this process needs for a run beside those of the program, by formula: its block of A,
/// once or twice; its rows of W and Hᵀ, in as many copies as the run keeps; the panels of both
/// factors and the partial products (products/factor_exchange). Small matrices, what a rule knows
/// of each row, and entries held out are not in it.
/// @param whole_rows whether the rule works on whole rows and columns (app/problem).
template <class Real>
[[nodiscard]] Index predicted_memory(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                     const SolverOptions& solver, bool whole_rows);

}  // namespace tessera::app
