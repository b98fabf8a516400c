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
/// with commas between. plain-hals is hals with one sweep an update and no extrapolation.
/// @throws UsageError that names the nearest known one, or one that is named twice.
[[nodiscard]] std::vector<Method> methods(const CompareOptions& options);

}  // namespace tessera::config
