#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

#include "tessera/core/aligned.hpp"
#include "tessera/core/types.hpp"

namespace tessera::update {

/// A set of indices below some k: bit l % 64 of word l / 64. Bits beyond k are 0.
using IndexSet = std::span<std::uint64_t>;
using ConstIndexSet = std::span<const std::uint64_t>;

inline constexpr Index kBitsPerWord = 64;

[[nodiscard]] inline std::uint64_t bit_of(Index index) {
  return std::uint64_t{1} << static_cast<unsigned>(index % kBitsPerWord);
}

[[nodiscard]] inline bool contains(ConstIndexSet set, Index index) {
  return (set[static_cast<std::size_t>(index / kBitsPerWord)] & bit_of(index)) != 0;
}

inline void insert(IndexSet set, Index index) {
  set[static_cast<std::size_t>(index / kBitsPerWord)] |= bit_of(index);
}

inline void erase(IndexSet set, Index index) {
  set[static_cast<std::size_t>(index / kBitsPerWord)] &= ~bit_of(index);
}

inline void clear(IndexSet set) { std::ranges::fill(set, std::uint64_t{0}); }

[[nodiscard]] inline Index count(ConstIndexSet set) {
  Index members = 0;
  for (const std::uint64_t word : set) {
    members += std::popcount(word);
  }
  return members;
}

/// Calls `visit` with each member in ascending order; it may erase the one it is called with.
template <class Visit>
void for_each_member(ConstIndexSet set, Visit visit) {
  for (std::size_t at = 0; at < set.size(); ++at) {
    for (std::uint64_t left = set[at]; left != 0; left &= left - 1) {
      visit(static_cast<Index>(at) * kBitsPerWord + std::countr_zero(left));
    }
  }
}

/// The indices of the positive entries.
inline void assign_positive(std::span<const double> entries, IndexSet set) {
  clear(set);
  for (std::size_t l = 0; l < entries.size(); ++l) {
    if (entries[l] > 0) {
      insert(set, static_cast<Index>(l));
    }
  }
}

/// A set of indices below k for each of some rows.
class IndexSets {
 public:
  IndexSets(Index rows, Index k)
      : words_(static_cast<std::size_t>((k + kBitsPerWord - 1) / kBitsPerWord)),
        bits_(static_cast<std::size_t>(rows) * words_) {}

  [[nodiscard]] IndexSet operator[](Index row) {
    return IndexSet(bits_).subspan(static_cast<std::size_t>(row) * words_, words_);
  }

 private:
  std::size_t words_;
  AlignedVector<std::uint64_t> bits_;
};

}  // namespace tessera::update
