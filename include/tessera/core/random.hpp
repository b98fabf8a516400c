#pragma once

#include <cstdint>

#include "tessera/core/types.hpp"

namespace tessera::random {

/// Independent sequences under one seed. A value never changes meaning: results depend on it.
enum class Stream : std::uint32_t {
  factor_w = 0,
  factor_h = 1,
  generate_w = 2,
  generate_h = 3,
  generate_noise = 4,
  subspace = 5,
};

/// The standard normal variate that belongs to (seed, stream, row, column).
///
/// A pure function: the same on every process, grid and thread. Philox4x32-10 keyed by the seed,
/// counted by the global index, then Box-Muller. Source: Salmon et al., SC 2011.
[[nodiscard]] double normal(std::uint64_t seed, Stream stream, Index row, Index column);

/// The same for the uniform distribution on [0, 1).
[[nodiscard]] double uniform(std::uint64_t seed, Stream stream, Index row, Index column);

}  // namespace tessera::random
