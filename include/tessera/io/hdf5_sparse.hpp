#pragma once

#include <memory>

#include "tessera/io/limits.hpp"
#include "tessera/io/matrix_source.hpp"

namespace tessera::io {

/// Opens a sparse matrix of an HDF5 file (see hdf5::find_sparse_group()), as open_matrix() does.
/// Null on all processes when the file holds none where it is looked for: then the matrix is dense
/// or absent. Collective; @throws mpi::AgreedError.
[[nodiscard]] std::unique_ptr<SparseSource> open_hdf5_sparse(const InputOptions& input,
                                                             const mpi::Communicator& comm,
                                                             TransferLimits limits = {});

}  // namespace tessera::io
