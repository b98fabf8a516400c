#pragma once

#include <utility>

#include "vector.hpp"

namespace tessera::kernels::isa {
namespace {

/// {a₀, b₀, a₁, b₁, …} of the lower (half = 0) or upper (half = 1) halves of a and b.
template <int lanes, int half, class Vec, int... i>
[[gnu::always_inline]] inline Vec interleave(Vec a, Vec b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, (i / 2 + half * lanes / 2 + i % 2 * lanes)...);
}

/// Transposes lanes × lanes entries. Each round moves one bit of the number of the vector to the
/// number of the lane, and one back.
template <class Real, int lanes>
[[gnu::always_inline]] inline void transpose(Vector<Real, lanes> (&block)[lanes]) {
  using Vec = Vector<Real, lanes>;
  constexpr std::make_integer_sequence<int, lanes> kLanes;
#pragma GCC unroll 8
  for (int round = 1; round < lanes; round *= 2) {
    Vec next[lanes];
#pragma GCC unroll 16
    for (int i = 0; i < lanes / 2; ++i) {
      next[2 * i] = interleave<lanes, 0>(block[i], block[i + lanes / 2], kLanes);
      next[2 * i + 1] = interleave<lanes, 1>(block[i], block[i + lanes / 2], kLanes);
    }
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i) {
      block[i] = next[i];
    }
  }
}

/// tile = rowsᵀ − shift for one cover of the k coefficients; rows that don't exist give zeros. Asks
/// for the rows of the next tile, which memory then delivers while this one is worked on.
template <class Real, class Cover>
void load_transposed_slice(const Real* rows, Index count, Index k, Real shift, Real* tile,
                           Cover cover) {
  constexpr int kLanes = Cover::lanes;
  constexpr int kSecondLevel = 2;
  for (Index row = 0; row < kTileRows; row += kLanes) {
    for (int i = 0; i < Cover::count; ++i) {
      typename Cover::Vec block[kLanes];
#pragma GCC unroll 16
      for (int r = 0; r < kLanes; ++r) {
        block[r] = typename Cover::Vec{};
        if (row + r < count) {
          const Real* from = rows + (row + r) * k + cover.offset(i);
          block[r] = load<Real, kLanes>(from) - shift;
          __builtin_prefetch(from + kTileRows * k, 0, kSecondLevel);
        }
      }
      transpose<Real, kLanes>(block);
#pragma GCC unroll 16
      for (int l = 0; l < kLanes; ++l) {
        store(block[l], tile + (cover.offset(i) + l) * kTileRows + row);
      }
    }
  }
}

template <class Real, class Cover>
void store_transposed_slice(const Real* tile, Index count, Index k, Real* rows, Cover cover) {
  constexpr int kLanes = Cover::lanes;
  for (Index row = 0; row < count; row += kLanes) {
    for (int i = 0; i < Cover::count; ++i) {
      typename Cover::Vec block[kLanes];
#pragma GCC unroll 16
      for (int l = 0; l < kLanes; ++l) {
        block[l] = load<Real, kLanes>(tile + (cover.offset(i) + l) * kTileRows + row);
      }
      transpose<Real, kLanes>(block);
#pragma GCC unroll 16
      for (int r = 0; r < kLanes; ++r) {
        if (row + r < count) {
          store(block[r], rows + (row + r) * k + cover.offset(i));
        }
      }
    }
  }
}

template <class Real>
void load_transposed(const Real* rows, Index count, Index k, Real shift, Real* tile) {
  for_each_slice<Real, 4>(0, k, [&](Index slice, auto cover) {
    load_transposed_slice(rows + slice, count, k, shift, tile + slice * kTileRows, cover);
  });
}

template <class Real>
void store_transposed(const Real* tile, Index count, Index k, Real* rows) {
  for_each_slice<Real, 4>(0, k, [&](Index slice, auto cover) {
    store_transposed_slice(tile + slice * kTileRows, count, k, rows + slice, cover);
  });
}

}  // namespace
}  // namespace tessera::kernels::isa
