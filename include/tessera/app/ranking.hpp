#pragma once

#include "tessera/config/options.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/mpi/communicator.hpp"
#include "tessera/report/evaluation.hpp"

namespace tessera::app {

/// Ranks the columns of every row of the test matrix by a result, and by popularity where it is
/// known what was seen. Reads the test matrix by whole rows, whatever the grid of the evaluation.
/// Collective; @throws mpi::AgreedError.
/// @param observation which entries of the test matrix count  @pre its shape is the model's
template <class Real>
[[nodiscard]] report::RankingEvaluation measure_ranking(const EvaluateOptions& options,
                                                        const ObservationOptions& observation,
                                                        const io::ModelInfo& model,
                                                        const mpi::Communicator& world);

}  // namespace tessera::app
