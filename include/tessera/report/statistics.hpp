#pragma once

#include <array>

#include "tessera/core/timer.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::report {

/// A quantity that every process has, over all processes.
struct Statistics {
  double min = 0;
  double mean = 0;
  double max = 0;
};

/// Seconds by phase, in the order of kPhaseNames.
using PhaseStatistics = std::array<Statistics, kPhaseCount>;

/// Collective; the result is the same on every process.
[[nodiscard]] PhaseStatistics gather(const PhaseTimes& times, const mpi::Communicator& comm);

/// Calls and payload bytes summed over all processes. Collective.
[[nodiscard]] mpi::Traffic gather(const mpi::Traffic& own, const mpi::Communicator& comm);

/// The largest resident memory of each process so far, in bytes. Collective.
[[nodiscard]] Statistics gather_peak_memory(const mpi::Communicator& comm);

}  // namespace tessera::report
