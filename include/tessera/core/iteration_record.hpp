#pragma once

#include <limits>

#include "tessera/core/types.hpp"

namespace tessera {

/// What is known of an iterate, the same on every process (seconds: of its own clock). A result
/// file keeps one row of each in /history.
struct IterationRecord {
  Index iteration = 0;
  double seconds = 0;         ///< since the loop began
  double loss = 0;            ///< with penalties
  double relative_error = 0;  ///< ‖A − WH‖ / ‖A‖; not a number for other losses
  double kkt_residual = std::numeric_limits<double>::quiet_NaN();  ///< NaN when not measured
  // Of the entries held out; NaN where none are.
  double held_out_rmse = std::numeric_limits<double>::quiet_NaN();
  double held_out_mae = std::numeric_limits<double>::quiet_NaN();
  double held_out_kl = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace tessera
