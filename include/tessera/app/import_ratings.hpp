#pragma once

#include "tessera/config/options.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// Writes the ratings that options.ratings names as a matrix of users and items. Collective;
/// @throws mpi::AgreedError. @pre options.ratings.path is not empty
void import_ratings(const ImportOptions& options, const mpi::Communicator& world);

}  // namespace tessera::app
