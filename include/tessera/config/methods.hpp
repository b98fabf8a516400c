#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

namespace tessera::config {

/// One of the methods that `compare` runs.
struct Method {
  std::string name;  ///< of the algorithm, or plain-hals
  SolverOptions solver;
};

/// The methods that options.algorithms names, each with options.solver otherwise: "all", or names
/// with commas between. plain-hals is hals with one sweep an update and no extrapolation. All are
/// those that can take the penalties.
/// @throws UsageError that names the nearest known one, one that is named twice, or the penalty
/// that one cannot take.
[[nodiscard]] std::vector<Method> methods(const CompareOptions& options);

/// Why some of "all" are not among methods(options), one sentence each.
[[nodiscard]] std::vector<std::string> left_out(const CompareOptions& options);

}  // namespace tessera::config
