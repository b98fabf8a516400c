#pragma once

#include "leftover.hpp"

namespace tessera::kernels::isa {
namespace {

/// Products of a dense matrix with a factor F of few columns, k. A panel of F's rows is copied into
/// the order in which it will be read, vector by vector of a slice, so that it streams from the
/// second-level cache. A is read where it lies. Sums over a panel stay in registers.

/// Bytes of a panel of A·F: about half of the second-level cache of the smaller processors.
constexpr Index kPanelBytes = Index{256} << 10;
/// Rows of a panel of Aᵀ·F are few: each is another row of A, and thus another page of memory.
using kernels::kTransposedRows;

/// Vectors of one row of the result that a register tile may be wide.
constexpr int kTileVectors = kVectorRegisters >= 32 ? 6 : 3;

/// Rows of a panel of A·F: long sums would round more, short ones start and end too often.
template <class Real>
Index panel_length(Index k) {
  const Index fitting = kPanelBytes / (k * static_cast<Index>(sizeof(Real)));
  return smaller(fitting < 256 ? 256 : fitting, 1024);
}

/// A row of a panel holds at most one vector more for each slice than k coefficients fill.
template <class Real>
Index panel_size(Index k) {
  return panel_length<Real>(k) * (2 * k + kFullLanes<Real>);
}

/// Copies the vectors of one slice of `length` rows of F behind each other. @return the end.
template <class Real, class Cover>
Real* pack(const Real* f, Index k, Index length, Real* to, Cover cover) {
  for (Index row = 0; row < length; ++row, f += k) {
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i, to += Cover::lanes) {
      store(load<Real, Cover::lanes>(f + cover.offset(i)), to);
    }
  }
  return to;
}

/// Where a panel of `length` rows of F lies, of whose k columns the first are for register tiles.
template <class Real>
struct Panel {
  const Real* vectors;
  const Real* leftover;  ///< the other columns (leftover.hpp)
  Index length;
  Index k;
  Index tiled;
};

/// Packs rows of F into `to`; the order of the leftover columns depends on the product.
template <bool transposed, class Real>
Panel<Real> pack_panel(const Real* f, Index k, Index tiled, Index length, Real* to) {
  Real* leftover = to;
  for_each_slice<Real, kTileVectors>(0, tiled, [&](Index slice, auto cover) {
    leftover = pack(f + slice, k, length, leftover, cover);
  });
  if constexpr (transposed) {
    pack_rows(f + tiled, k, k - tiled, length, leftover);
  } else {
    pack_columns(f + tiled, k, k - tiled, length, leftover);
  }
  return {to, leftover, length, k, tiled};
}

/// to = sum or, with `add`, to += sum, for a tile of rows that lie k apart.
template <int rows, class Real, class Cover>
[[gnu::always_inline]] inline void store_tile(const typename Cover::Vec (&sum)[rows][Cover::count],
                                              Real* to, Index k, bool add, Cover cover) {
#pragma GCC unroll 32
  for (int r = 0; r < rows; ++r) {
    Real* target = to + r * k;
    typename Cover::Vec vectors[Cover::count];
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      vectors[i] = sum[r][i];
      if (add) {
        vectors[i] += load<Real, Cover::lanes>(target + cover.offset(i));
      }
    }
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      store(vectors[i], target + cover.offset(i));
    }
  }
}

/// Asks for the columns of A that the next tile of `columns` columns will read of this row. Of so
/// many rows, at equal distances, the first-level cache would keep too few.
template <int columns, class Real>
[[gnu::always_inline]] inline void prefetch_next(const Real* entries) {
  constexpr int kLine = 64 / static_cast<int>(sizeof(Real));
  constexpr int kSecondLevel = 2;
#pragma GCC unroll 8
  for (int ahead = columns; ahead < 2 * columns + kLine; ahead += kLine) {
    __builtin_prefetch(entries + ahead, 0, kSecondLevel);
  }
}

/// One register tile: rows of A·F or, transposed, of Aᵀ·F, from one slice of a panel.
template <int rows, bool transposed, class Real, class Cover>
void multiply_tile(const Real* a, Index stride, Index length, const Real* panel, Index k,
                   Real* result, bool add, Cover cover) {
  typename Cover::Vec sum[rows][Cover::count] = {};
  for (Index j = 0; j < length; ++j, panel += Cover::count * Cover::lanes) {
    typename Cover::Vec vectors[Cover::count];
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      vectors[i] = load<Real, Cover::lanes>(panel + i * Cover::lanes);
    }
    const Real* entries = transposed ? a + j * stride : a + j;
    if constexpr (transposed) {
      prefetch_next<rows>(entries);
    }
#pragma GCC unroll 32
    for (int r = 0; r < rows; ++r) {
      const Real entry = entries[transposed ? r : r * stride];
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        sum[r][i] += entry * vectors[i];
      }
    }
  }
  store_tile<rows>(sum, result, k, add, cover);
}

/// Rows of a product from one slice of a panel, in tiles of kRows and, for the last ones, smaller.
template <int kRows, bool transposed, class Real, class Cover>
void multiply_rows(const Real* a, Index stride, Index rows, Index length, const Real* panel,
                   Index k, Real* result, bool add, Cover cover) {
  const Index row_step = transposed ? 1 : stride;
  Index row = 0;
  for (; row + kRows <= rows; row += kRows) {
    multiply_tile<kRows, transposed>(a + row * row_step, stride, length, panel, k, result + row * k,
                                     add, cover);
  }
  if constexpr (kRows > 1) {
    multiply_rows<kRows / 2, transposed>(a + row * row_step, stride, rows - row, length, panel, k,
                                         result + row * k, add, cover);
  }
}

template <bool transposed, class Real, class Cover>
void multiply_tiles(const Real* a, Index stride, Index rows, Index length, const Real* panel,
                    Index k, Real* result, bool add, Cover cover) {
  constexpr int kRows = tile_rows(Cover::count, transposed ? 24 : 8);
  multiply_rows<kRows, transposed>(a, stride, rows, length, panel, k, result, add, cover);
}

/// Up to kBlock rows of a product from a panel.
template <bool transposed, class Real>
void multiply_block(const Real* a, Index stride, Index rows, const Panel<Real>& panel, Real* result,
                    bool add) {
  const Index length = panel.length;
  const Index k = panel.k;
  const Real* vectors = panel.vectors;
  for_each_slice<Real, kTileVectors>(0, panel.tiled, [&](Index slice, auto cover) {
    multiply_tiles<transposed>(a, stride, rows, length, vectors, k, result + slice, add, cover);
    vectors += length * cover.count * cover.lanes;
  });
  if (panel.tiled == k) {
    return;
  }
  const Index columns = k - panel.tiled;
  Real* target = result + panel.tiled;
  if constexpr (transposed) {
    add_transposed_leftover(a, stride, rows, length, panel.leftover, columns, k, target);
  } else {
    multiply_leftover(a, stride, rows, length, panel.leftover, columns, k, target, add);
  }
}

template <class Real>
void multiply(const DenseRows<Real>& a, const Real* f, Index k, Real* result, Real* panel) {
  const Index tiled = tiled_columns<Real>(k, a.columns);
  const Index step = panel_length<Real>(k);
  for (Index begin = 0; begin < a.columns; begin += step) {
    const Index length = smaller(step, a.columns - begin);
    const auto packed = pack_panel<false>(f + begin * k, k, tiled, length, panel);
    for (Index row = 0; row < a.rows; row += kBlock) {
      multiply_block<false>(a.entries + row * a.stride + begin, a.stride,
                            smaller(kBlock, a.rows - row), packed, result + row * k, begin > 0);
    }
  }
}

template <class Real>
void add_transposed_multiply(const DenseRows<Real>& a, const Real* f, Index k, Real* result,
                             Real* panel) {
  for (Index begin = 0; begin < a.rows; begin += kTransposedRows) {
    const Index length = smaller(kTransposedRows, a.rows - begin);
    const auto packed = pack_panel<true>(f + begin * k, k, tiled_columns<Real>(k), length, panel);
    for (Index column = 0; column < a.columns; column += kBlock) {
      multiply_block<true>(a.entries + begin * a.stride + column, a.stride,
                           smaller(kBlock, a.columns - column), packed, result + column * k, true);
    }
  }
}

template <class Real>
void multiply_row(const Real* f, const Real* gram, Index k, Real* result) {
  for_each_slice<Real, kTileVectors>(0, k, [&](Index slice, auto cover) {
    using Cover = decltype(cover);
    typename Cover::Vec sum[Cover::count] = {};
    const Real* row = gram + slice;
    for (Index j = 0; j < k; ++j, row += k) {
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        sum[i] += f[j] * load<Real, Cover::lanes>(row + cover.offset(i));
      }
    }
    for (int i = 0; i < Cover::count; ++i) {
      store(sum[i], result + slice + cover.offset(i));
    }
  });
}

}  // namespace
}  // namespace tessera::kernels::isa
