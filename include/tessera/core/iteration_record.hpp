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
};

}  // namespace tessera
