#pragma once

#include <cstdint>

namespace tessera {

/// The finalizer of SplitMix64 (Steele, Lea & Flood 2014): every input bit reaches every other.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

}  // namespace tessera
