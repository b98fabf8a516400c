#include <algorithm>
#include <numeric>

#include <cblas.h>

#include "tessera/kernels/beta_divergence.hpp"
#include "tessera/kernels/beta_products.hpp"
#include "tessera/kernels/gemm_skinny.hpp"
#include "tessera/kernels/parallel.hpp"

namespace tessera::kernels {
namespace {

// A tile of W·H and what is made of it stay in the second-level cache.
constexpr Index kTileRows = 64;
constexpr Index kTileColumns = 1024;

/// One tile of A: entry (i, j) stands at data[i·stride + j].
template <class Real>
struct Tile {
  const Real* data;
  Index stride;
  Range rows;     ///< local
  Range columns;  ///< local
};

void predict(ConstMatrixView<float> w, ConstMatrixView<float> h, MatrixView<float> x) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(w.rows()),
              static_cast<blasint>(h.rows()), static_cast<blasint>(w.columns()), 1.0F, w.data(),
              static_cast<blasint>(w.columns()), h.data(), static_cast<blasint>(h.columns()), 0.0F,
              x.data(), static_cast<blasint>(x.columns()));
}
void predict(ConstMatrixView<double> w, ConstMatrixView<double> h, MatrixView<double> x) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(w.rows()),
              static_cast<blasint>(h.rows()), static_cast<blasint>(w.columns()), 1.0, w.data(),
              static_cast<blasint>(w.columns()), h.data(), static_cast<blasint>(h.columns()), 0.0,
              x.data(), static_cast<blasint>(x.columns()));
}

/// sums += T·F for a tile T and the rows of F that belong to its columns.
void add_product(ConstMatrixView<float> tile, ConstMatrixView<float> f, MatrixView<float> sums) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(tile.rows()),
              static_cast<blasint>(f.columns()), static_cast<blasint>(f.rows()), 1.0F, tile.data(),
              static_cast<blasint>(tile.columns()), f.data(), static_cast<blasint>(f.columns()),
              1.0F, sums.data(), static_cast<blasint>(sums.columns()));
}
void add_product(ConstMatrixView<double> tile, ConstMatrixView<double> f, MatrixView<double> sums) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(tile.rows()),
              static_cast<blasint>(f.columns()), static_cast<blasint>(f.rows()), 1.0, tile.data(),
              static_cast<blasint>(tile.columns()), f.data(), static_cast<blasint>(f.columns()),
              1.0, sums.data(), static_cast<blasint>(sums.columns()));
}

/// Buffers of one thread.
template <class Real>
struct TileBuffers {
  AlignedVector<Real> entries;  ///< of A, where it is sparse
  AlignedVector<Real> p;
  AlignedVector<Real> q;

  TileBuffers()
      : entries(kTileRows * kTileColumns),
        p(kTileRows * kTileColumns),
        q(kTileRows * kTileColumns) {}
};

template <class Real>
TileBuffers<Real>& buffers_of_this_thread() {
  thread_local TileBuffers<Real> buffers;
  return buffers;
}

template <class Real>
Tile<Real> tile_of(const DenseBlock<Real>& a, Range rows, Range columns,
                   TileBuffers<Real>& /*buffers*/) {
  return {a.entries().row(rows.begin) + columns.begin, a.columns().size(), rows, columns};
}

/// Fills the tile of a sparse block with its zeros.
template <class Real>
Tile<Real> tile_of(const SparseBlock<Real>& a, Range rows, Range columns,
                   TileBuffers<Real>& buffers) {
  const auto* stored = a.local_columns().data();
  std::ranges::fill(buffers.entries, Real{0});
  for (Index i = rows.begin; i < rows.end; ++i) {
    const auto* end = stored + a.row_offsets()[static_cast<std::size_t>(i) + 1];
    const auto* at =
        std::lower_bound(stored + a.row_offsets()[static_cast<std::size_t>(i)], end, columns.begin);
    for (; at != end && *at < columns.end; ++at) {
      buffers.entries[static_cast<std::size_t>((i - rows.begin) * kTileColumns + *at -
                                               columns.begin)] = a.values()[at - stored];
    }
  }
  return {buffers.entries.data(), kTileColumns, rows, columns};
}

/// Calls step(part) with consecutive parts of a range.
template <class Step>
void for_each_part(Range range, Index length, Step&& step) {
  for (Index begin = range.begin; begin < range.end; begin += length) {
    step(Range{begin, std::min(begin + length, range.end)});
  }
}

/// Turns a tile of predictions into p and q. @return Σ d(a | x), if it is wanted.
template <class Real, class Divergence>
double fill_tile(const Divergence& divergence, const Tile<Real>& tile, Real floor, bool wants_q,
                 bool wants_distance, TileBuffers<Real>& buffers) {
  const Index width = tile.columns.size();
  double total = 0;
  for (Index i = 0; i < tile.rows.size(); ++i) {
    const Real* a = tile.data + i * tile.stride;
    Real* p = buffers.p.data() + i * width;
    Real* q = buffers.q.data() + i * width;
    for (Index j = 0; j < width; ++j) {
      const Real x = std::max(floor, p[j]);
      if (wants_distance) {
        total += divergence.distance(static_cast<double>(a[j]), static_cast<double>(x));
      }
      if (wants_q) {
        q[j] = divergence.q(x);
      }
      p[j] = divergence.p(a[j], x);
    }
  }
  return total;
}

/// Makes p and, if it is wanted, q of one tile and hands them on: add(p, q). @return Σ d.
template <class Real, class Add>
double visit_tile(const Block<Real>& a, Range rows, Range columns,
                  const BetaOperands<Real>& operands, bool wants_q, bool wants_distance,
                  Add&& add) {
  auto& buffers = buffers_of_this_thread<Real>();
  const MatrixView<Real> p(buffers.p.data(), rows.size(), columns.size());
  predict(operands.w.rows(rows), operands.h.rows(columns), p);
  const auto tile =
      std::visit([&](const auto& block) { return tile_of(block, rows, columns, buffers); }, a);
  const double distance = with_divergence(operands.beta, [&](const auto& divergence) {
    return fill_tile(divergence, tile, operands.floor, wants_q, wants_distance, buffers);
  });
  add(ConstMatrixView<Real>(p),
      ConstMatrixView<Real>(buffers.q.data(), rows.size(), columns.size()));
  return distance;
}

template <class Real>
Index flops_of(const BetaOperands<Real>& operands) {
  return 4 * operands.w.rows() * operands.h.rows() * operands.w.columns();
}

}  // namespace

template <class Real>
double add_all_row_sums(const Block<Real>& a, const BetaOperands<Real>& operands,
                        const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace) {
  const bool wants_q = sums.denominator.rows() > 0;
  const Range all_columns{0, operands.h.rows()};
  // One sum for each strip of tiles, so that their order does not hang on the threads.
  auto& distances = workspace.distances;
  distances.assign(static_cast<std::size_t>((operands.w.rows() + kTileRows - 1) / kTileRows), 0.0);
  in_parallel(operands.w.rows(), kTileRows, flops_of(operands), [&](Range part) {
    for_each_part(part, kTileRows, [&](Range rows) {
      for_each_part(all_columns, kTileColumns, [&](Range columns) {
        distances[static_cast<std::size_t>(rows.begin / kTileRows)] +=
            visit_tile(a, rows, columns, operands, wants_q, true,
                       [&](ConstMatrixView<Real> p, ConstMatrixView<Real> q) {
                         const auto f = operands.h.rows(columns);
                         add_product(p, f, sums.numerator.rows(rows));
                         if (wants_q) {
                           add_product(q, f, sums.denominator.rows(rows));
                         }
                       });
      });
    });
  });
  return std::accumulate(distances.begin(), distances.end(), 0.0);
}

template <class Real>
void add_all_column_sums(const Block<Real>& a, const BetaOperands<Real>& operands,
                         const BetaSums<Real>& sums) {
  const bool wants_q = sums.denominator.rows() > 0;
  const Range all_rows{0, operands.w.rows()};
  in_parallel(operands.h.rows(), kTileColumns, flops_of(operands), [&](Range part) {
    for_each_part(part, kTileColumns, [&](Range columns) {
      for_each_part(all_rows, kTileRows, [&](Range rows) {
        visit_tile(a, rows, columns, operands, wants_q, false,
                   [&](ConstMatrixView<Real> p, ConstMatrixView<Real> q) {
                     const auto f = operands.w.rows(rows);
                     add_transposed_multiply<Real>(p, f, sums.numerator.rows(columns));
                     if (wants_q) {
                       add_transposed_multiply<Real>(q, f, sums.denominator.rows(columns));
                     }
                   });
      });
    });
  });
}

#define TESSERA_INSTANTIATE(Real)                                                  \
  template double add_all_row_sums(const Block<Real>&, const BetaOperands<Real>&,  \
                                   const BetaSums<Real>&, BetaWorkspace<Real>&);   \
  template void add_all_column_sums(const Block<Real>&, const BetaOperands<Real>&, \
                                    const BetaSums<Real>&);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::kernels
