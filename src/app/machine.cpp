#include "tessera/app/machine.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include <cblas.h>
#include <malloc.h>
#include <omp.h>
#include <sched.h>

#include "tessera/core/aligned.hpp"
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

/// OpenBLAS takes work space for every thread, and for every caller when it first calls, for good;
/// where there is none it tries again for ever. So it is asked for here, while nothing else has
/// been taken, and only if it is there.
void claim_blas_memory(int threads) {
  constexpr std::size_t kBufferBytes = (std::size_t{128} << 20) + 4096;
  std::vector<std::unique_ptr<std::byte[]>> probe;
  for (int buffer = 0; buffer <= threads; ++buffer) {
    probe.emplace_back(new (std::nothrow) std::byte[kBufferBytes]);
    if (!probe.back()) {
      throw OutOfMemory(static_cast<std::size_t>(threads + 1) * kBufferBytes);
    }
  }
  probe.clear();
  openblas_set_num_threads(threads);
  constexpr blasint kSize = 128;  // too large to be multiplied without work space
  const std::vector<double> zeros(kSize * kSize);
  std::vector<double> product(zeros.size());
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSize, kSize, kSize, 1.0, zeros.data(),
              kSize, zeros.data(), kSize, 0.0, product.data(), kSize);
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
  mpi::agree(comm, [&] { claim_blas_memory(threads); });
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
