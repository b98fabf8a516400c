#pragma once

#include <memory>

#include "tessera/io/limits.hpp"
#include "tessera/io/matrix_source.hpp"

namespace tessera::io {

/// Opens a dense HDF5 dataset, as open_matrix() does. Collective; @throws mpi::AgreedError.
[[nodiscard]] std::unique_ptr<MatrixSource> open_hdf5_dense(const InputOptions& input,
                                                            const mpi::Communicator& comm,
                                                            TransferLimits limits = {});

}  // namespace tessera::io
