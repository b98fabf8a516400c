#pragma once

#include "gemm.hpp"

namespace tessera::kernels::isa {
namespace {

/// Gram matrices, FᵀF of a factor with few columns, k, in square tiles: those left of the diagonal
/// are left out. Columns that fill no vector would cost as much as full ones; they are taken for
/// the rows of their tiles instead, and the tiles are added transposed.

/// Rows of F whose products are summed in registers: they stay in the nearest cache.
constexpr Index kGramLength = 64;
constexpr int kGramVectors = 3;
constexpr int kGramRows = tile_rows(kGramVectors, 8);

/// sum = Σ_m f_mi·f_mj over some rows m of F, for `rows` columns i and the columns j of a cover.
template <int rows, class Real, class Cover>
[[gnu::always_inline]] inline void sum_products(const Real* left, const Real* right, Index k,
                                                Index length, Cover cover,
                                                typename Cover::Vec (&sum)[rows][Cover::count]) {
  for (Index m = 0; m < length; ++m, left += k, right += k) {
    typename Cover::Vec vectors[Cover::count];
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      vectors[i] = load<Real, Cover::lanes>(right + cover.offset(i));
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        sum[r][i] += left[r] * vectors[i];
      }
    }
  }
}

/// Adds to rows [begin, end) of the gram matrix, from column `column` on.
template <class Real, class Cover>
void add_gram_rows(const Real* f, Index k, Index length, Index begin, Index end, Index column,
                   Real* gram, Cover cover) {
  for_each_tile<kGramRows>(begin, end, [&]<int rows>(Index row) {
    typename Cover::Vec sum[rows][Cover::count] = {};
    sum_products<rows>(f + row, f + column, k, length, cover, sum);
    store_tile<rows>(sum, gram + row * k + column, k, true, cover);
  });
}

/// The same for the columns [begin, end) of the matrix and its rows from `row` on.
template <class Real, class Cover>
void add_gram_columns(const Real* f, Index k, Index length, Index begin, Index end, Index row,
                      Real* gram, Cover cover) {
  for_each_tile<kGramRows>(begin, end, [&]<int columns>(Index column) {
    typename Cover::Vec sum[columns][Cover::count] = {};
    sum_products<columns>(f + column, f + row, k, length, cover, sum);
    for (int c = 0; c < columns; ++c) {
      for (int i = 0; i < Cover::count; ++i) {
        for (int lane = 0; lane < Cover::lanes; ++lane) {
          gram[(row + cover.offset(i) + lane) * k + column + c] += sum[c][i][lane];
        }
      }
    }
  });
}

/// Calls body(at, cover) for full vectors that cover [begin, end), whole multiples of them.
template <class Real, class Body>
void for_each_full_cover(Index begin, Index end, Body&& body) {
  constexpr Index kLanes = kFullLanes<Real>;
  for (Index at = begin; at < end; at += kGramVectors * kLanes) {
    with_count<Real, kLanes, 1, kGramVectors>(smaller(kGramVectors * kLanes, end - at),
                                              [&](auto cover) { body(at, cover); });
  }
}

/// to = from.
template <class Real>
void widen(const Real* from, Index count, double* to) {
  constexpr int kLanes = kFullLanes<double>;
  Index at = 0;
  for (; at + kLanes <= count; at += kLanes) {
    const auto entries = load<Real, kLanes>(from + at);
    store(__builtin_convertvector(entries, Vector<double, kLanes>), to + at);
  }
  for (; at < count; ++at) {
    to[at] = from[at];
  }
}

template <class Real>
void add_gram(const Real* f, Index rows, Slice columns, Real* gram) {
  const Index k = columns.k;
  const Index full = k - k % kFullLanes<Real>;
  const Index end = smaller(columns.end, full);
  for (Index m = 0; m < rows; m += kGramLength, f += kGramLength * k) {
    const Index length = smaller(kGramLength, rows - m);
    for (Index row = columns.begin; row < end; row += kGramRows) {
      const Index row_end = smaller(row + kGramRows, end);
      for_each_full_cover<Real>(row - row % kFullLanes<Real>, full, [&](Index at, auto cover) {
        add_gram_rows(f, k, length, row, row_end, at, gram, cover);
      });
    }
    for_each_full_cover<Real>(columns.begin, end, [&](Index at, auto cover) {
      add_gram_columns(f, k, length, full, k, at, gram, cover);
    });
    if (columns.end == k && full < k) {
      with_cover<Real, kFullLanes<Real>, 1>(
          k - full, [&](auto cover) { add_gram_rows(f, k, length, full, k, full, gram, cover); });
    }
  }
}

}  // namespace
}  // namespace tessera::kernels::isa
