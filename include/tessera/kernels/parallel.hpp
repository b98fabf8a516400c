#pragma once

#include <functional>
#include <utility>

#include "tessera/core/types.hpp"

namespace tessera::kernels {

/// Threads that a kernel may use.
[[nodiscard]] int threads();

/// Cuts [0, total) into one range for each thread of OpenMP, at multiples of `grain`, and calls
/// part(range) in all of them at once; in this thread alone when there are too few operations for
/// starting others to pay. Allocates nothing. Which thread computes an entry must not change its
/// bits, and part must not throw.
void run_in_parallel(Index total, Index grain, Index flops, const std::function<void(Range)>& part);

template <class Part>
void in_parallel(Index total, Index grain, Index flops, Part&& part) {
  run_in_parallel(total, grain, flops, std::ref(part));
}

}  // namespace tessera::kernels
