#pragma once

#include <algorithm>

#include <omp.h>

#include "tessera/core/types.hpp"

namespace tessera::kernels {

/// Below this many operations starting the threads costs more than they save.
inline constexpr Index kLeastParallelFlops = 1'000'000;

/// Cuts [0, total) into one range for each thread, at multiples of `grain`, and calls part(range)
/// in all of them at once. Which thread computes an entry must not change its bits.
template <class Part>
void in_parallel(Index total, Index grain, Index flops, Part&& part) {
  const Index grains = (total + grain - 1) / grain;
  const int threads = static_cast<int>(std::min<Index>(omp_get_max_threads(), grains));
  if (threads <= 1 || flops < kLeastParallelFlops) {
    part(Range{0, total});
    return;
  }
#pragma omp parallel for num_threads(threads) schedule(static)
  for (Index thread = 0; thread < threads; ++thread) {
    part(Range{thread * grains / threads * grain,
               std::min((thread + 1) * grains / threads * grain, total)});
  }
}

}  // namespace tessera::kernels
