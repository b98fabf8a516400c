#pragma once

#include "blocks.hpp"

namespace tessera::kernels::isa {
namespace {

/// Products with the few columns of F, of k, that are left over beyond whole vectors. One more
/// vector along F's rows would cost as much for them as for all its lanes; here vectors lie along
/// A's rows instead, and all their lanes count.

/// Most columns that are worth it: half a vector. Measured on Zen 4 with k from 20 to 130, for
/// every instruction set: with half a vector the product takes 0.85 to 1 of the time of a whole
/// one, with one column 0.65 to 0.95.
template <class Real>
constexpr int kMostLeftover = kFullLanes<Real> / 2;

/// The first columns of F, all or those of whole vectors, that register tiles multiply with.
template <class Real>
constexpr Index tiled_columns(Index k) {
  const Index leftover = k % kFullLanes<Real>;
  return k > kFullLanes<Real> && leftover <= kMostLeftover<Real> ? k - leftover : k;
}

/// Columns of A for each leftover column from which on A·F is worth the sums over lanes that end
/// it. Measured with AVX-512 and a square A: with 3 columns each the product took 1.6 of the time
/// of a whole vector, with 13 1.06, with 25 0.95.
constexpr Index kColumnsPerLeftover = 24;
static_assert(kColumnsPerLeftover >= kFullLanes<float>);

/// The same for A·F, where A has so many columns.
template <class Real>
constexpr Index tiled_columns(Index k, Index columns) {
  const Index tiled = tiled_columns<Real>(k);
  return columns < kColumnsPerLeftover * (k - tiled) ? k : tiled;
}

/// Calls body.operator()<columns>() for 1 ≤ columns ≤ most.
template <int most, class Body>
void with_columns(Index columns, Body&& body) {
  if constexpr (most > 1) {
    if (columns < most) {
      with_columns<most - 1>(columns, body);
      return;
    }
  }
  body.template operator()<most>();
}

/// Where the vector that A's columns from `column` on fill starts: the last one ends where the
/// panel does, and so overlaps its neighbour or, if the panel is short, the panel before it.
template <class Real>
[[gnu::always_inline]] inline Index vector_start(Index column, Index length) {
  return smaller(column, length - kFullLanes<Real>);
}

/// For A·F: vectors along the columns of F, those of the same rows behind each other. Where the
/// last vectors overlap their neighbours they are 0, so that every row of F counts once.
template <class Real>
void pack_columns(const Real* f, Index k, Index columns, Index length, Real* to) {
  for (Index row = 0; row < length; row += kFullLanes<Real>) {
    const Index start = vector_start<Real>(row, length);
    for (Index column = 0; column < columns; ++column) {
      for (Index lane = 0; lane < kFullLanes<Real>; ++lane, ++to) {
        *to = start + lane < row ? Real{0} : f[(start + lane) * k + column];
      }
    }
  }
}

/// A tile of A·F. Each lane sums over columns of A that lie a vector apart, and then the lanes are
/// added in their one order.
template <int rows, int columns, class Real>
void multiply_leftover_tile(const Real* a, Index stride, Index length, const Real* panel, Index k,
                            Real* result, bool add) {
  constexpr int kLanes = kFullLanes<Real>;
  using Vec = Vector<Real, kLanes>;
  Vec sum[rows][columns] = {};
  for (Index j = 0; j < length; j += kLanes, panel += columns * kLanes) {
    const Real* entries = a + vector_start<Real>(j, length);
    Vec vectors[columns];
#pragma GCC unroll 8
    for (int l = 0; l < columns; ++l) {
      vectors[l] = load<Real, kLanes>(panel + l * kLanes);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
      const Vec row = load<Real, kLanes>(entries + r * stride);
#pragma GCC unroll 8
      for (int l = 0; l < columns; ++l) {
        sum[r][l] += row * vectors[l];
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int l = 0; l < columns; ++l) {
      const Real total = sum_of_lanes<Real, kLanes>(sum[r][l]);
      Real& target = result[r * k + l];
      target = add ? target + total : total;
    }
  }
}

/// The leftover columns of A·F for up to kBlock rows. From the start of A's rows to the end of the
/// panel there is a whole vector.
template <class Real>
void multiply_leftover(const Real* a, Index stride, Index rows, Index length, const Real* panel,
                       Index columns, Index k, Real* result, bool add) {
  with_columns<kMostLeftover<Real>>(columns, [&]<int count>() {
    for_each_tile<tile_rows(count, 8)>(0, rows, [&]<int tile>(Index row) {
      multiply_leftover_tile<tile, count>(a + row * stride, stride, length, panel, k,
                                          result + row * k, add);
    });
  });
}

/// For Aᵀ·F: the leftover columns of F's rows, behind each other.
template <class Real>
void pack_rows(const Real* f, Index k, Index columns, Index length, Real* to) {
  for (Index row = 0; row < length; ++row, f += k) {
    for (Index column = 0; column < columns; ++column, ++to) {
      *to = f[column];
    }
  }
}

/// Vectors of a row of A that are summed at once: so many that their sums fill the registers, and
/// at most a block of them.
template <class Real>
constexpr int leftover_vectors(int columns) {
  constexpr int kBlockVectors = static_cast<int>(kBlock) / kFullLanes<Real>;
  const int fitting = (kVectorRegisters - columns - 1) / columns;
  const int vectors = fitting < kBlockVectors ? fitting : kBlockVectors;
  return vectors < 6 ? vectors : 6;
}

/// sums = the leftover columns of Aᵀ·F for A's columns of one cover, each kBlock from the next.
template <int columns, class Real, class Cover>
void sum_leftover(const Real* a, Index stride, Index length, const Real* panel, Real* sums,
                  Cover cover) {
  typename Cover::Vec sum[columns][Cover::count] = {};
  for (Index i = 0; i < length; ++i, a += stride, panel += columns) {
#pragma GCC unroll 8
    for (int v = 0; v < Cover::count; ++v) {
      const auto entries = load<Real, Cover::lanes>(a + cover.offset(v));
#pragma GCC unroll 8
      for (int l = 0; l < columns; ++l) {
        sum[l][v] += panel[l] * entries;
      }
    }
  }
#pragma GCC unroll 8
  for (int l = 0; l < columns; ++l) {
#pragma GCC unroll 8
    for (int v = 0; v < Cover::count; ++v) {
      store(sum[l][v], sums + l * kBlock + cover.offset(v));
    }
  }
}

/// Adds to the leftover columns of Aᵀ·F for up to kBlock columns of A.
template <class Real>
void add_transposed_leftover(const Real* a, Index stride, Index a_columns, Index length,
                             const Real* panel, Index columns, Index k, Real* result) {
  with_columns<kMostLeftover<Real>>(columns, [&]<int count>() {
    Real sums[count * kBlock];  // beside the result: its columns lie k apart
    for_each_slice<Real, leftover_vectors<Real>(count)>(0, a_columns, [&](Index slice, auto cover) {
      sum_leftover<count>(a + slice, stride, length, panel, sums + slice, cover);
    });
    for (Index j = 0; j < a_columns; ++j) {
#pragma GCC unroll 8
      for (int l = 0; l < count; ++l) {
        result[j * k + l] += sums[l * kBlock + j];
      }
    }
  });
}

}  // namespace
}  // namespace tessera::kernels::isa
