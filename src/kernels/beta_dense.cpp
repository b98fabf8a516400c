#include <algorithm>

#include <cblas.h>

#include "tessera/kernels/beta_divergence.hpp"
#include "tessera/kernels/beta_products.hpp"
#include "tessera/kernels/gemm_skinny.hpp"

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

/// Calls step(tile) with each tile of some rows of a block.
template <class Real, class Step>
void for_each_tile(const DenseBlock<Real>& a, Range rows, BetaWorkspace<Real>& /*workspace*/,
                   Step&& step) {
  const Index n = a.columns().size();
  for (Index row = rows.begin; row < rows.end; row += kTileRows) {
    const Range tile_rows{row, std::min(row + kTileRows, rows.end)};
    for (Index column = 0; column < n; column += kTileColumns) {
      step(Tile<Real>{a.entries().row(row) + column,
                      n,
                      tile_rows,
                      {column, std::min(column + kTileColumns, n)}});
    }
  }
}

/// Fills the tiles of a sparse block with its zeros.
template <class Real, class Step>
void for_each_tile(const SparseBlock<Real>& a, Range rows, BetaWorkspace<Real>& workspace,
                   Step&& step) {
  const Index n = a.columns().size();
  const auto* columns = a.local_columns().data();
  workspace.entries.resize(static_cast<std::size_t>(kTileRows * kTileColumns));
  for (Index row = rows.begin; row < rows.end; row += kTileRows) {
    const Range tile_rows{row, std::min(row + kTileRows, rows.end)};
    for (Index column = 0; column < n; column += kTileColumns) {
      const Range tile_columns{column, std::min(column + kTileColumns, n)};
      std::ranges::fill(workspace.entries, Real{0});
      for (Index i = tile_rows.begin; i < tile_rows.end; ++i) {
        const auto* end = columns + a.row_offsets()[static_cast<std::size_t>(i) + 1];
        const auto* at = std::lower_bound(columns + a.row_offsets()[static_cast<std::size_t>(i)],
                                          end, tile_columns.begin);
        for (; at != end && *at < tile_columns.end; ++at) {
          workspace.entries[static_cast<std::size_t>((i - row) * kTileColumns + *at - column)] =
              a.values().data()[at - columns];
        }
      }
      step(Tile<Real>{workspace.entries.data(), kTileColumns, tile_rows, tile_columns});
    }
  }
}

/// Turns a tile of predictions into p and q. @return Σ d(a | x), if it is wanted.
template <class Real, class Divergence>
double fill_tile(const Divergence& divergence, const Tile<Real>& tile, Real floor, bool wants_q,
                 bool wants_distance, BetaWorkspace<Real>& workspace) {
  const Index width = tile.columns.size();
  double total = 0;
  for (Index i = 0; i < tile.rows.size(); ++i) {
    const Real* a = tile.data + i * tile.stride;
    Real* p = workspace.p.data() + i * width;
    Real* q = workspace.q.data() + i * width;
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

/// Makes p and q of every tile and hands them on: add(tile, p, q).
template <class Real, class Add>
double visit_tiles(const Block<Real>& a, const BetaOperands<Real>& operands, bool wants_q,
                   bool wants_distance, BetaWorkspace<Real>& workspace, Add&& add) {
  workspace.resize(kTileRows * kTileColumns, true);
  double total = 0;
  const auto step = [&](const Tile<Real>& tile) {
    const Index height = tile.rows.size();
    const Index width = tile.columns.size();
    const MatrixView<Real> p(workspace.p.data(), height, width);
    predict(operands.w.rows(tile.rows), operands.h.rows(tile.columns), p);
    total += with_divergence(operands.beta, [&](const auto& divergence) {
      return fill_tile(divergence, tile, operands.floor, wants_q, wants_distance, workspace);
    });
    add(tile, ConstMatrixView<Real>(p), ConstMatrixView<Real>(workspace.q.data(), height, width));
  };
  std::visit(
      [&](const auto& block) {
        for_each_tile(block, {0, operands.w.rows()}, workspace, step);
      },
      a);
  return total;
}

}  // namespace

template <class Real>
double add_all_row_sums(const Block<Real>& a, const BetaOperands<Real>& operands,
                        const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace) {
  const bool wants_q = sums.denominator.rows() > 0;
  return visit_tiles(a, operands, wants_q, true, workspace,
                     [&](const Tile<Real>& tile, ConstMatrixView<Real> p, ConstMatrixView<Real> q) {
                       const auto f = operands.h.rows(tile.columns);
                       add_product(p, f, sums.numerator.rows(tile.rows));
                       if (wants_q) {
                         add_product(q, f, sums.denominator.rows(tile.rows));
                       }
                     });
}

template <class Real>
void add_all_column_sums(const Block<Real>& a, const BetaOperands<Real>& operands,
                         const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace) {
  const bool wants_q = sums.denominator.rows() > 0;
  visit_tiles(a, operands, wants_q, false, workspace,
              [&](const Tile<Real>& tile, ConstMatrixView<Real> p, ConstMatrixView<Real> q) {
                const auto f = operands.w.rows(tile.rows);
                add_transposed_multiply<Real>(p, f, sums.numerator.rows(tile.columns));
                if (wants_q) {
                  add_transposed_multiply<Real>(q, f, sums.denominator.rows(tile.columns));
                }
              });
}

#define TESSERA_INSTANTIATE(Real)                                                  \
  template double add_all_row_sums(const Block<Real>&, const BetaOperands<Real>&,  \
                                   const BetaSums<Real>&, BetaWorkspace<Real>&);   \
  template void add_all_column_sums(const Block<Real>&, const BetaOperands<Real>&, \
                                    const BetaSums<Real>&, BetaWorkspace<Real>&);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::kernels
