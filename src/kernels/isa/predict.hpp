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
