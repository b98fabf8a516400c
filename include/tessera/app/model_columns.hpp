#pragma once

#include <string>

#include "tessera/io/factor_file.hpp"
#include "tessera/io/matrix_source.hpp"

namespace tessera::app {

/// Refuses a matrix that has not as many columns as the components of a result were found for.
/// Both are known to all processes. @throws mpi::AgreedError (code input).
void require_columns_fit(const io::MatrixDescription& about, const std::string& path,
                         const io::ModelInfo& model);

}  // namespace tessera::app
