#pragma once

#include "functions.hpp"

/// Vectors of the instruction set that a file is compiled for: TESSERA_VECTOR_BYTES wide, with
/// TESSERA_VECTOR_REGISTERS registers. Only for the files that implement a Table.
namespace tessera::kernels::isa {
namespace {

constexpr int kVectorBytes = TESSERA_VECTOR_BYTES;
constexpr int kVectorRegisters = TESSERA_VECTOR_REGISTERS;

template <class Real, int lanes>
struct VectorOf {
  using Type __attribute__((vector_size(lanes * sizeof(Real)))) = Real;
};
template <class Real, int lanes>
using Vector = typename VectorOf<Real, lanes>::Type;

/// Lanes of a full register.
template <class Real>
constexpr int kFullLanes = kVectorBytes / static_cast<int>(sizeof(Real));

/// Rows of k coefficients start anywhere, so no load may ask for alignment.
template <class Real, int lanes>
[[gnu::always_inline]] inline Vector<Real, lanes> load(const Real* from) {
  Vector<Real, lanes> vector;
  __builtin_memcpy(&vector, from, sizeof(vector));
  return vector;
}

template <class Vec, class Real>
[[gnu::always_inline]] inline void store(const Vec& vector, Real* to) {
  __builtin_memcpy(to, &vector, sizeof(vector));
}

template <int... indices>
struct Lanes {};

/// The given lanes of a vector, without a detour through memory.
template <class Real, int lanes, int... indices>
[[gnu::always_inline]] inline Vector<Real, sizeof...(indices)> select(
    const Vector<Real, lanes>& vector, Lanes<indices...> /*which*/) {
  return __builtin_shufflevector(vector, vector, indices...);
}

/// The sum of a vector's lanes, in one order: halves are added until one lane is left.
template <class Real, int lanes>
[[gnu::always_inline]] inline Real sum_of_lanes(const Vector<Real, lanes>& vector) {
  if constexpr (lanes == 1) {
    return vector[0];
  } else if constexpr (lanes == 2) {
    return vector[0] + vector[1];
  } else if constexpr (lanes == 4) {
    return sum_of_lanes<Real, 2>(select<Real, 4>(vector, Lanes<0, 1>{}) +
                                 select<Real, 4>(vector, Lanes<2, 3>{}));
  } else if constexpr (lanes == 8) {
    return sum_of_lanes<Real, 4>(select<Real, 8>(vector, Lanes<0, 1, 2, 3>{}) +
                                 select<Real, 8>(vector, Lanes<4, 5, 6, 7>{}));
  } else {
    return sum_of_lanes<Real, 8>(select<Real, 16>(vector, Lanes<0, 1, 2, 3, 4, 5, 6, 7>{}) +
                                 select<Real, 16>(vector, Lanes<8, 9, 10, 11, 12, 13, 14, 15>{}));
  }
}

[[gnu::always_inline]] inline Index smaller(Index a, Index b) { return a < b ? a : b; }

/// `count` vectors that cover a slice of at least `lanes` coefficients: one behind the other, but
/// the last ends where the slice does and so overlaps its neighbour. Lanes that lie in two vectors
/// are computed twice, alike. No mask is needed, and nothing outside the slice is touched.
template <class Real, int lanes_, int count_>
struct Cover {
  static constexpr int lanes = lanes_;
  static constexpr int count = count_;
  using Vec = Vector<Real, lanes>;

  Index last;  ///< where the last vector starts

  [[gnu::always_inline]] Index offset(int i) const {
    return i + 1 < count ? Index{i} * lanes : last;
  }
};

/// Calls body(cover) with the cover of at least `count` and at most `most` vectors.
template <class Real, int lanes, int count, int most, class Body>
void with_count(Index width, Body&& body) {
  if constexpr (count < most) {
    if (width > Index{count} * lanes) {
      with_count<Real, lanes, count + 1, most>(width, body);
      return;
    }
  }
  body(Cover<Real, lanes, count>{width - lanes});
}

/// Calls body(cover) with the cover of `width` coefficients, 1 ≤ width ≤ most × full lanes: full
/// vectors, or for a narrower slice one or two of the largest vectors that fit into it.
template <class Real, int lanes, int most, class Body>
void with_cover(Index width, Body&& body) {
  if constexpr (lanes > 1) {
    if (width < lanes) {
      with_cover<Real, lanes / 2, 2>(width, body);
      return;
    }
  }
  with_count<Real, lanes, 1, most>(width, body);
}

/// Cuts [begin, end) into slices that covers of at most `most` full vectors can hold, of about
/// equal numbers of vectors, and calls body(first coefficient, cover) for each.
template <class Real, int most, class Body>
void for_each_slice(Index begin, Index end, Body&& body) {
  constexpr Index kLanes = kFullLanes<Real>;
  const Index vectors = (end - begin + kLanes - 1) / kLanes;
  const Index slices = (vectors + most - 1) / most;
  const Index width = slices > 0 ? (vectors + slices - 1) / slices * kLanes : 0;
  for (Index at = begin; at < end; at += width) {
    with_cover<Real, kLanes, most>(smaller(width, end - at), [&](auto cover) { body(at, cover); });
  }
}

}  // namespace
}  // namespace tessera::kernels::isa
