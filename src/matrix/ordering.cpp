#include "tessera/matrix/ordering.hpp"

#include <bit>

#include "tessera/core/mix.hpp"

namespace tessera {
namespace {

constexpr unsigned kRounds = 4;

}  // namespace

Ordering Ordering::shuffled(Index size, std::uint64_t seed) {
  Ordering ordering(size);
  if (size > 1) {
    const auto bits = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(size - 1)));
    ordering.half_bits_ = (bits + 1) / 2;
    ordering.seed_ = seed;
  }
  return ordering;
}

Index Ordering::position(Index original) const {
  if (!is_shuffled()) {
    return original;
  }
  auto value = static_cast<std::uint64_t>(original);
  do {
    value = encrypt(value);
  } while (value >= static_cast<std::uint64_t>(size_));
  return static_cast<Index>(value);
}

Index Ordering::original(Index position) const {
  if (!is_shuffled()) {
    return position;
  }
  auto value = static_cast<std::uint64_t>(position);
  do {
    value = decrypt(value);
  } while (value >= static_cast<std::uint64_t>(size_));
  return static_cast<Index>(value);
}

std::uint64_t Ordering::round(std::uint64_t half, unsigned number) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  return mix(half + mix(seed_ + number + 1)) & mask;
}

std::uint64_t Ordering::encrypt(std::uint64_t value) const {
  std::uint64_t left = value >> half_bits_;
  std::uint64_t right = value & ((std::uint64_t{1} << half_bits_) - 1);
  for (unsigned number = 0; number < kRounds; ++number) {
    const std::uint64_t next = left ^ round(right, number);
    left = right;
    right = next;
  }
  return (left << half_bits_) | right;
}

std::uint64_t Ordering::decrypt(std::uint64_t value) const {
  std::uint64_t left = value >> half_bits_;
  std::uint64_t right = value & ((std::uint64_t{1} << half_bits_) - 1);
  for (unsigned number = kRounds; number-- > 0;) {
    const std::uint64_t previous = right ^ round(left, number);
    right = left;
    left = previous;
  }
  return (left << half_bits_) | right;
}

}  // namespace tessera
