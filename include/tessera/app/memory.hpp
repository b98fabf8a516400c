#pragma once

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// Bytes that this process may still take: what the node, or the control group that a batch system
/// has put the job in, has left, shared evenly by the processes of the node. Collective.
[[nodiscard]] Index available_memory(const mpi::Communicator& comm);

/// Adds the copy of a sparse A by columns, which makes products with its transpose faster, unless
/// memory is to be saved or, if that is left open, the copy would take more than half of what is
/// available. Results are the same to the bit. Collective.
template <class Real>
void add_transposed_panels(DataMatrix<Real>& a, MemoryUse use, Index rank,
                           const mpi::Communicator& comm);

}  // namespace tessera::app
