#pragma once

#include <nlohmann/json.hpp>

#include "tessera/core/iteration_record.hpp"

namespace tessera {

/// How a history travels between processes.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(IterationRecord, iteration, seconds, loss, relative_error,
                                   kkt_residual, held_out_rmse, held_out_mae, held_out_kl)

}  // namespace tessera
