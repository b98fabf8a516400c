#pragma once

#include "tessera/io/matrix_source.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// What the blocks of all processes hold together. Entries that are held out count only where they
/// are negative, NaN or infinite. Collective.
template <class Real>
[[nodiscard]] MatrixSummary summarize(const DataMatrix<Real>& a, const mpi::Communicator& comm);

/// @throws mpi::AgreedError (code input) that names file, row, column and value of the first
/// negative, NaN or infinite entry that is observed, and the remedy. Collective.
template <class Real>
void require_factorizable(const DataMatrix<Real>& a, const MatrixDescription& description,
                          const mpi::Communicator& comm);

}  // namespace tessera::io
