#pragma once

#include "tessera/config/options.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/mpi/communicator.hpp"
#include "tessera/report/evaluation.hpp"

namespace tessera::app {

/// Compares the strongest component of each row, the argmax of its row of W in canonical form (see
/// canonical_scale() in factor_scan.hpp; the first of equal ones), with the label that it is known
/// to have. On process 0; the others get nothing. Collective; @throws mpi::AgreedError (code input)
/// unless there is a label for each row. @pre options.labels is set
[[nodiscard]] report::LabelEvaluation evaluate_labels(const EvaluateOptions& options,
                                                      const io::ModelInfo& model,
                                                      const mpi::Communicator& world);

}  // namespace tessera::app
