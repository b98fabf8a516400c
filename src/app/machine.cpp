#include "tessera/app/machine.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <vector>

#include <cblas.h>
#include <fmt/format.h>
#include <malloc.h>
#include <omp.h>
#include <sched.h>
#include <sys/mman.h>

#include "tessera/core/error.hpp"
#include "tessera/kernels/instruction_set.hpp"
#include "tessera/mpi/agree.hpp"

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

/// Whether this process can have so much more memory, which is not touched.
bool is_to_be_had(std::size_t bytes) {
  void* probe = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED) {
    return false;
  }
  munmap(probe, bytes);
  return true;
}

/// OpenBLAS takes a buffer for every thread, and one to share, at the first large product, at the
/// end of a run, and where there is none tries again for ever. Here a process that cannot have them
/// fails instead, and any other has them from now on.
void take_buffers_of_blas(int threads) {
  constexpr std::size_t kBufferBytes = (std::size_t{128} << 20) + 4096;  // of OpenBLAS on x86-64
  const std::size_t bytes = static_cast<std::size_t>(threads == 1 ? 1 : threads + 1) * kBufferBytes;
  if (!is_to_be_had(bytes)) {
    throw Error(
        ExitCode::other,
        fmt::format("out of memory: OpenBLAS needs {:.0f} MB of address space at --threads {}. "
                    "Use fewer, or raise the limit (ulimit -v)",
                    static_cast<double>(bytes) / 1e6, threads));
  }
  openblas_set_num_threads(threads);
  constexpr int kSide = 128;  // smaller products are made without a buffer
  const std::vector<double> ones(static_cast<std::size_t>(kSide * kSide), 1.0);
  std::vector<double> product(ones.size());
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSide, kSide, kSide, 1.0, ones.data(),
              kSide, ones.data(), kSide, 0.0, product.data(), kSide);
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
  mpi::agree(comm, [&] { take_buffers_of_blas(threads); });
  return threads;
}

void require_room_for_libraries() {
  constexpr std::size_t kBytes = std::size_t{256} << 20;  // Open MPI 200 MB, OpenBLAS 134 MB
  if (!is_to_be_had(kBytes)) {
    throw Error(ExitCode::other,
                fmt::format("out of memory: this process cannot have the {:.0f} MB of address "
                            "space that MPI needs. Raise the limit (ulimit -v)",
                            static_cast<double>(kBytes) / 1e6));
  }
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
