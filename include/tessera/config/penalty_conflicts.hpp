#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

namespace tessera::config {

/// What is wrong between the penalties whatever the algorithm: a factor that goes without one while
/// the other has one, a graph without its weight.
[[nodiscard]] std::vector<std::string> penalty_conflicts(const SolverOptions& solver);

/// The penalties that the chosen algorithm cannot take, one sentence each that says which ones can.
[[nodiscard]] std::vector<std::string> refused_penalties(const SolverOptions& solver);

/// The penalties that need the loss ½‖A − WH‖² over all entries of A, one sentence each, for a run
/// that has another: `instead` says which option makes it so.
[[nodiscard]] std::vector<std::string> penalties_of_frobenius(const SolverOptions& solver,
                                                              const std::string& instead);

}  // namespace tessera::config
