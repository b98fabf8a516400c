#pragma once

#include <memory>

#include "tessera/io/matrix_source.hpp"
#include "tessera/io/text_limits.hpp"

namespace tessera::io {

/// Opens a bag of words of the UCI repository, plain or gzip, as a SparseSource of documents ×
/// words. Collective; @throws mpi::AgreedError.
[[nodiscard]] std::unique_ptr<MatrixSource> open_docword(const InputOptions& input,
                                                         const mpi::Communicator& comm,
                                                         TextLimits limits = {});

}  // namespace tessera::io
