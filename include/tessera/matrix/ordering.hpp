#pragma once

#include <cstdint>

#include "tessera/core/types.hpp"

namespace tessera {

/// Where the rows (or columns) of a file stand in the distributed matrix: in order, or shuffled so
/// that uneven matrices spread evenly over the processes.
///
/// `original` is an index as the user knows it, `position` the index in A as it is distributed.
/// Nothing is stored: a shuffle is a keyed bijection, a Feistel network on the smallest even number
/// of bits that holds all indices, applied again while it leads outside (Black & Rogaway 2002).
class Ordering {
 public:
  /// In order: position == original.
  Ordering() = default;
  explicit Ordering(Index size) : size_(size) {}
  [[nodiscard]] static Ordering shuffled(Index size, std::uint64_t seed);

  [[nodiscard]] Index size() const { return size_; }
  [[nodiscard]] bool is_shuffled() const { return half_bits_ > 0; }
  [[nodiscard]] Index position(Index original) const;
  [[nodiscard]] Index original(Index position) const;

 private:
  [[nodiscard]] std::uint64_t encrypt(std::uint64_t value) const;
  [[nodiscard]] std::uint64_t decrypt(std::uint64_t value) const;
  [[nodiscard]] std::uint64_t round(std::uint64_t half, unsigned number) const;

  Index size_ = 0;
  unsigned half_bits_ = 0;  ///< 0: in order
  std::uint64_t seed_ = 0;
};

}  // namespace tessera
