#include "tessera/kernels/parallel.hpp"

#include <algorithm>

#include <omp.h>

namespace tessera::kernels {
namespace {

/// Below this, starting the threads costs more than they save.
constexpr Index kLeastFlops = 1'000'000;

}  // namespace

int threads() { return omp_get_max_threads(); }

void run_in_parallel(Index total, Index grain, Index flops,
                     const std::function<void(Range)>& part) {
  const Index grains = (total + grain - 1) / grain;
  const int threads = static_cast<int>(std::min<Index>(omp_get_max_threads(), grains));
  if (threads <= 1 || flops < kLeastFlops) {
    part({0, total});
    return;
  }
#pragma omp parallel for num_threads(threads) schedule(static)
  for (Index thread = 0; thread < threads; ++thread) {
    part({thread * grains / threads * grain,
          std::min((thread + 1) * grains / threads * grain, total)});
  }
}

}  // namespace tessera::kernels
