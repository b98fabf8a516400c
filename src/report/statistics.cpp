#include "tessera/report/statistics.hpp"

#include <span>

#include <sys/resource.h>

namespace tessera::report {

PhaseStatistics gather(const PhaseTimes& times, const mpi::Communicator& comm) {
  auto smallest = times.seconds();
  auto sum = times.seconds();
  auto largest = times.seconds();
  comm.all_reduce_min(std::span<double>(smallest));
  comm.all_reduce_sum(std::span<double>(sum));
  comm.all_reduce_max(std::span<double>(largest));
  PhaseStatistics statistics;
  for (std::size_t phase = 0; phase < kPhaseCount; ++phase) {
    statistics[phase] = {smallest[phase], sum[phase] / comm.size(), largest[phase]};
  }
  return statistics;
}

mpi::Traffic gather(const mpi::Traffic& own, const mpi::Communicator& comm) {
  mpi::Traffic total = own;
  comm.all_reduce_sum(std::span<std::int64_t>(total.calls));
  comm.all_reduce_sum(std::span<std::int64_t>(total.bytes));
  return total;
}

Statistics gather_peak_memory(const mpi::Communicator& comm) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const double bytes = static_cast<double>(usage.ru_maxrss) * 1024;  // Linux counts KiB
  return {comm.min(bytes), comm.sum(bytes) / comm.size(), comm.max(bytes)};
}

}  // namespace tessera::report
