#pragma once

#include "spmm.hpp"

namespace tessera::kernels::isa {
namespace {

/// A row of coefficients for inner products: where the last vector of a cover overlaps the one
/// before it, its lanes are zero, so that every coefficient counts once.
template <class Real, class Cover>
[[gnu::always_inline]] inline void load_once(const Real* from, Index width, const Cover& cover,
                                             typename Cover::Vec (&row)[Cover::count]) {
#pragma GCC unroll 8
  for (int i = 0; i < Cover::count; ++i) {
    row[i] = load<Real, Cover::lanes>(from + cover.offset(i));
  }
  typename Cover::Vec lane{};
#pragma GCC unroll 16
  for (int i = 0; i < Cover::lanes; ++i) {
    lane[i] = static_cast<Real>(i);
  }
  const auto overlap = static_cast<Real>(Index{Cover::count} * Cover::lanes - width);
  row[Cover::count - 1] = lane >= overlap ? row[Cover::count - 1] : typename Cover::Vec{};
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

template <class Real, class Cover>
void predict_slice(const SparseRows<Real>& a, const Real* w, const Real* h, Slice slice, Real* x,
                   Cover cover) {
  const Index last = a.offsets[a.end];
  for (Index row = a.begin; row < a.end; ++row, w += slice.k) {
    typename Cover::Vec own[Cover::count];
    load_once(w, slice.end - slice.begin, cover, own);
    for (Index at = a.offsets[row]; at < a.offsets[row + 1]; ++at) {
      prefetch_ahead<0>(a, at, last, h, slice.k, cover);
      const Real* other = h + a.columns[at] * slice.k;
      auto sum = own[0] * load<Real, Cover::lanes>(other + cover.offset(0));
#pragma GCC unroll 8
      for (int i = 1; i < Cover::count; ++i) {
        sum += own[i] * load<Real, Cover::lanes>(other + cover.offset(i));
      }
      const Real product = sum_of_lanes<Real, Cover::lanes>(sum);
      x[at] = slice.begin == 0 ? product : x[at] + product;
    }
  }
}

template <class Real>
void predict(const SparseRows<Real>& a, const Real* w, const Real* h, Index k, Real* x) {
  Index begin = 0;
  for_each_slice<Real, kSumVectors>(0, k, [&](Index at, auto cover) {
    const Index end = at + cover.last + cover.lanes;
    predict_slice(a, w + at, h + at, {k, begin, end}, x, cover);
    begin = end;
  });
}

}  // namespace
}  // namespace tessera::kernels::isa
