#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tessera/config/parse.hpp"
#include "tessera/core/log.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::app {

/// Prints to stdout on process 0 only.
void print(const std::string& text, const mpi::Communicator& world);

/// Sets what process 0 says; the others stay silent.
void configure_log(const RunOptions& run, const mpi::Communicator& world);

/// The grid a user asked for, or the one that moves the fewest words for an m×n matrix. Collective.
/// @throws mpi::AgreedError (code usage) when it does not fit the number of processes.
[[nodiscard]] mpi::ProcessGrid make_grid(const std::string& setting, Index m, Index n,
                                         const mpi::Communicator& world);

/// Calls `action` with a float or a double, by the precision.
template <class Action>
auto with_precision(Precision precision, Action&& action) {
  return precision == Precision::float32 ? action(float{}) : action(double{});
}

}  // namespace tessera::app
