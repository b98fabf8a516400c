#pragma once

#include "tessera/config/options.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// Writes pictures as the rows of a matrix: `import --images`. Collective;
/// @throws mpi::AgreedError.
void import_images(const ImportOptions& options, const mpi::Communicator& world);

}  // namespace tessera::app
