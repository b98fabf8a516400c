#pragma once

#include <vector>

#include "tessera/core/timer.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// What a result file keeps of the time that every process spent: the phases that took any.
/// Collective.
[[nodiscard]] std::vector<io::PhaseCost> phase_costs(const PhaseTimes& times,
                                                     const mpi::Communicator& world);

}  // namespace tessera::app
