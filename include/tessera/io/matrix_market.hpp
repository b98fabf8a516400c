#pragma once

#include <memory>

#include "tessera/io/matrix_source.hpp"
#include "tessera/io/text_limits.hpp"

namespace tessera::io {

/// Opens a Matrix Market file, plain or gzip: coordinates as a SparseSource, an array as a
/// DenseSource. Entries of a symmetric matrix are mirrored, those of a pattern are 1. Collective;
/// @throws mpi::AgreedError.
[[nodiscard]] std::unique_ptr<MatrixSource> open_matrix_market(const InputOptions& input,
                                                               const mpi::Communicator& comm,
                                                               TextLimits limits = {});

}  // namespace tessera::io
