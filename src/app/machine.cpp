#include "tessera/app/machine.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <vector>

#include <cblas.h>
#include <malloc.h>
#include <omp.h>
#include <sched.h>

#include "tessera/core/error.hpp"
#include "tessera/kernels/instruction_set.hpp"

namespace tessera::app {
namespace {

/// Cores of this process's affinity mask, divided by the processes of the node that share any.
int fair_share(const mpi::Communicator& comm) {
  cpu_set_t own;
  CPU_ZERO(&own);
  if (sched_getaffinity(0, sizeof(own), &own) != 0) {
    return 1;
  }
  const mpi::Communicator node = comm.split_by_node();
  std::vector<cpu_set_t> masks(static_cast<std::size_t>(node.size()));
  const std::vector<Index> lengths(masks.size(), Index{sizeof(cpu_set_t)});
  node.all_gather(std::as_bytes(std::span(&own, 1)), lengths,
                  std::as_writable_bytes(std::span(masks)));
  const auto sharing = std::ranges::count_if(masks, [&](const cpu_set_t& mask) {
    cpu_set_t common;
    CPU_AND(&common, &mask, &own);
    return CPU_COUNT(&common) > 0;
  });
  return std::max(1, CPU_COUNT(&own) / static_cast<int>(std::max<std::ptrdiff_t>(1, sharing)));
}

}  // namespace

int set_threads(std::string_view setting, const mpi::Communicator& comm) {
  int threads = fair_share(comm);
  if (setting != "auto") {
    const auto [end, error] =
        std::from_chars(setting.data(), setting.data() + setting.size(), threads);
    if (error != std::errc{} || end != setting.data() + setting.size() || threads < 1) {
      throw UsageError("--threads takes auto or a number of at least 1, not '" +
                       std::string(setting) + "'");
    }
  }
  omp_set_num_threads(threads);
  openblas_set_num_threads(threads);
  return threads;
}

void return_freed_memory() {
  constexpr int kLargeBytes = 512 << 10;
  static_cast<void>(mallopt(M_MMAP_THRESHOLD, kLargeBytes));
}

std::string instruction_set() {
  return std::string(kernels::instruction_set()) + ", OpenBLAS " + openblas_get_corename();
}

int count_nodes(const mpi::Communicator& comm) {
  return comm.sum(comm.split_by_node().rank() == 0 ? 1 : 0);
}

}  // namespace tessera::app
