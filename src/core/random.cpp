#include "tessera/core/random.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <Random123/philox.h>

namespace tessera::random {
namespace {

/// Two uniform variates on [0, 1) with 53 bits each.
std::array<double, 2> uniform_pair(std::uint64_t seed, Stream stream, Index row, Index column) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const auto row_bits = static_cast<std::uint64_t>(row);
  const auto column_bits = static_cast<std::uint64_t>(column);
  // 64 bits of row, 48 bits of column and 16 bits of stream fill the counter without overlap.
  const std::uint32_t column_high_and_stream =
      high(column_bits) | (static_cast<std::uint32_t>(stream) << 16);

  const r123::Philox4x32 philox;
  const r123::Philox4x32::ctr_type counter = {
      {low(row_bits), high(row_bits), low(column_bits), column_high_and_stream}};
  const r123::Philox4x32::key_type key = {{low(seed), high(seed)}};
  const auto bits = philox(counter, key);

  const auto to_unit = [](std::uint32_t a, std::uint32_t b) {
    const std::uint64_t mantissa = ((static_cast<std::uint64_t>(a) << 32) | b) >> 11;
    return static_cast<double>(mantissa) * 0x1.0p-53;
  };
  return {to_unit(bits[0], bits[1]), to_unit(bits[2], bits[3])};
}

}  // namespace

double uniform(std::uint64_t seed, Stream stream, Index row, Index column) {
  return uniform_pair(seed, stream, row, column)[0];
}

double normal(std::uint64_t seed, Stream stream, Index row, Index column) {
  const auto [u, v] = uniform_pair(seed, stream, row, column);
  // 1 - u lies in (0, 1], so the logarithm is finite.
  return std::sqrt(-2.0 * std::log(1.0 - u)) * std::cos(2.0 * std::numbers::pi * v);
}

}  // namespace tessera::random
