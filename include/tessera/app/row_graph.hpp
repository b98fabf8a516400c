#pragma once

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::app {

/// Reads the graph that solver.graph names, if it names one, into a.row_graph: m×m, sparse however
/// it is stored, rows and columns in the order in which A's rows stand. Zeros and the diagonal,
/// which adds nothing to the penalty, are dropped. --undirected and --duplicates hold for it as for
/// `input`, which A was read from. Collective.
/// @throws mpi::AgreedError (code input) when it is not m×m, not symmetric, or has negative or
/// non-finite entries.
template <class Real>
void attach_row_graph(DataMatrix<Real>& a, const SolverOptions& solver, const InputOptions& input,
                      const mpi::ProcessGrid& grid);

}  // namespace tessera::app
