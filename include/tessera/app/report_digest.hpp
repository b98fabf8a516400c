#pragma once

#include "tessera/mpi/communicator.hpp"
#include "tessera/report/model_page.hpp"

namespace tessera::app {

/// Reads both factors of the result `page.model` in pieces and fills in what the page tells of
/// them: sums, the gram matrix of H, the components in page.view, and the rows of W·H of
/// page.samples.rows. Names of columns are left to the caller: tops have numbers only. The same on
/// every process. Collective; @throws mpi::AgreedError.
/// @pre page.info is the file's, and page.view and page.samples.rows are set.
void digest_factors(report::ModelPage& page, const mpi::Communicator& world);

}  // namespace tessera::app
