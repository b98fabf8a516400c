#pragma once

#include <vector>

#include "tessera/config/report_options.hpp"
#include "tessera/mpi/communicator.hpp"
#include "tessera/report/model_page.hpp"

namespace tessera::app {

/// A few rows of an m×n matrix at equal distances; none where a row is too long to be shown.
[[nodiscard]] std::vector<Index> choose_sample_rows(Index m, Index n);

/// Reads the matrix of --input as the run of page.info did, and fills in page.samples but for
/// `rebuilt` and names. The same on every process. Collective; @throws mpi::AgreedError.
/// @pre page.samples.rows is set.
void read_samples(const ReportOptions& options, report::ModelPage& page,
                  const mpi::Communicator& world);

}  // namespace tessera::app
