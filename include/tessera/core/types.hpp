#pragma once

#include <concepts>
#include <cstdint>

namespace tessera {

/// Sizes, offsets and entry counts are 64-bit everywhere.
using Index = std::int64_t;

/// The element types a run can choose between (`--precision`).
template <class T>
concept RealType = std::same_as<T, float> || std::same_as<T, double>;

/// A half-open interval [begin, end) of global or local indices.
struct Range {
  Index begin = 0;
  Index end = 0;

  [[nodiscard]] constexpr Index size() const { return end - begin; }
  [[nodiscard]] constexpr bool empty() const { return end <= begin; }
  [[nodiscard]] constexpr bool contains(Index index) const { return begin <= index && index < end; }
  friend constexpr bool operator==(Range, Range) = default;
};

/// The common part of two intervals; empty (begin == end) when they are disjoint.
[[nodiscard]] constexpr Range intersect(Range a, Range b) {
  const Index begin = a.begin > b.begin ? a.begin : b.begin;
  const Index end = a.end < b.end ? a.end : b.end;
  return end > begin ? Range{begin, end} : Range{begin, begin};
}

}  // namespace tessera
