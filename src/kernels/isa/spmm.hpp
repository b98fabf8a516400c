#pragma once

#include "vector.hpp"

namespace tessera::kernels::isa {
namespace {

/// Entries ahead whose rows of coefficients are asked for: far enough for memory to answer.
constexpr Index kPrefetchDistance = 16;
constexpr Index kCacheLine = 64;
/// Sums of one row of the result that stay in registers.
constexpr int kSumVectors = 8;

template <class Real>
[[gnu::always_inline]] inline Real value_of(const SparseRows<Real>& a, Index entry) {
  return a.values == nullptr ? Real{1} : a.values[entry];
}

/// Asks for the row of coefficients that the entry kPrefetchDistance behind `at` will use.
template <int write, class Real, class Cover>
[[gnu::always_inline]] inline void prefetch_ahead(const SparseRows<Real>& a, Index at, Index last,
                                                  const Real* rows, Index k, const Cover& cover) {
  if (at + kPrefetchDistance < last) {
    const Real* row = rows + a.columns[at + kPrefetchDistance] * k;
    constexpr Index kStep = kCacheLine / static_cast<Index>(sizeof(Real));
#pragma GCC unroll 16
    for (Index l = 0; l < Index{cover.count - 1} * cover.lanes; l += kStep) {
      __builtin_prefetch(row + l, write);
    }
    __builtin_prefetch(row + cover.last, write);
    __builtin_prefetch(row + cover.last + cover.lanes - 1, write);
  }
}

template <class Real, class Cover>
void gather_rows(const SparseRows<Real>& a, const Real* f, Index k, bool adds, Real* result,
                 Cover cover) {
  const Index last = a.offsets[a.end];
  for (Index row = a.begin; row < a.end; ++row, result += k) {
    typename Cover::Vec sum[Cover::count] = {};
    if (adds) {
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        sum[i] = load<Real, Cover::lanes>(result + cover.offset(i));
      }
    }
    for (Index at = a.offsets[row]; at < a.offsets[row + 1]; ++at) {
      prefetch_ahead<0>(a, at, last, f, k, cover);
      const Real* source = f + a.columns[at] * k;
      const Real value = value_of(a, at);
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        sum[i] += value * load<Real, Cover::lanes>(source + cover.offset(i));
      }
    }
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      store(sum[i], result + cover.offset(i));
    }
  }
}

template <class Real, class Cover>
void scatter_rows(const SparseRows<Real>& a, const Real* f, Index k, Real* result, Cover cover) {
  const Index last = a.offsets[a.end];
  for (Index row = a.begin; row < a.end; ++row, f += k) {
    typename Cover::Vec source[Cover::count];
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      source[i] = load<Real, Cover::lanes>(f + cover.offset(i));
    }
    for (Index at = a.offsets[row]; at < a.offsets[row + 1]; ++at) {
      prefetch_ahead<1>(a, at, last, result, k, cover);
      Real* target = result + a.columns[at] * k;
      const Real value = value_of(a, at);
      typename Cover::Vec sum[Cover::count];
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        sum[i] = load<Real, Cover::lanes>(target + cover.offset(i)) + value * source[i];
      }
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        store(sum[i], target + cover.offset(i));
      }
    }
  }
}

template <class Real>
void gather(const SparseRows<Real>& a, const Real* f, Slice slice, bool adds, Real* result) {
  for_each_slice<Real, kSumVectors>(slice.begin, slice.end, [&](Index begin, auto cover) {
    gather_rows(a, f + begin, slice.k, adds, result + begin, cover);
  });
}

template <class Real>
void scatter(const SparseRows<Real>& a, const Real* f, Slice slice, Real* result) {
  for_each_slice<Real, kSumVectors>(slice.begin, slice.end, [&](Index begin, auto cover) {
    scatter_rows(a, f + begin, slice.k, result + begin, cover);
  });
}

/// Σ over the rows of ⟨w_i, Σ_j a_ij·h_j⟩, the inner sum in double like everything else.
template <class Real, class Cover>
double inner_product_of_slice(const SparseRows<Real>& a, const Real* w, const Real* h, Index k,
                              Cover cover) {
  const Index last = a.offsets[a.end];
  double total = 0;
  for (Index row = a.begin; row < a.end; ++row, w += k) {
    typename Cover::Vec sum[Cover::count] = {};
    for (Index at = a.offsets[row]; at < a.offsets[row + 1]; ++at) {
      prefetch_ahead<0>(a, at, last, h, k, cover);
      const Real* source = h + a.columns[at] * k;
      const double value = value_of(a, at);
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        const auto entries = load<Real, Cover::lanes>(source + cover.offset(i));
        sum[i] += value * __builtin_convertvector(entries, typename Cover::Vec);
      }
    }
    double products[Cover::lanes * Cover::count];
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      store(sum[i], products + cover.offset(i));
    }
    double row_sum = 0;
    for (Index l = 0; l < cover.last + Cover::lanes; ++l) {
      row_sum += products[l] * static_cast<double>(w[l]);
    }
    total += row_sum;
  }
  return total;
}

template <class Real>
double inner_product(const SparseRows<Real>& a, const Real* w, const Real* h, Index k) {
  double total = 0;
  for_each_slice<double, kSumVectors>(0, k, [&](Index begin, auto cover) {
    total += inner_product_of_slice(a, w + begin, h + begin, k, cover);
  });
  return total;
}

}  // namespace
}  // namespace tessera::kernels::isa
