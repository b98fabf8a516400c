#pragma once

#include <memory>

#include "tessera/io/matrix_source.hpp"
#include "tessera/io/text_limits.hpp"

namespace tessera::io {

/// Opens a table in text, plain or gzip, as a DenseSource whose rows are the lines. Delimiter,
/// header and row names are found by content, see detect_csv(). Lines are counted, so the file is
/// read once here. Collective; @throws mpi::AgreedError.
[[nodiscard]] std::unique_ptr<MatrixSource> open_csv(const InputOptions& input,
                                                     const mpi::Communicator& comm,
                                                     TextLimits limits = {});

}  // namespace tessera::io
