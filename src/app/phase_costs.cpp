#include "tessera/app/phase_costs.hpp"

#include "tessera/report/statistics.hpp"

namespace tessera::app {

std::vector<io::PhaseCost> phase_costs(const PhaseTimes& times, const mpi::Communicator& world) {
  const auto statistics = report::gather(times, world);
  std::vector<io::PhaseCost> costs;
  for (std::size_t phase = 0; phase < kPhaseCount; ++phase) {
    const auto& seconds = statistics[phase];
    if (seconds.max > 0) {
      costs.push_back({std::string(kPhaseNames[phase]), seconds.min, seconds.mean, seconds.max});
    }
  }
  return costs;
}

}  // namespace tessera::app
