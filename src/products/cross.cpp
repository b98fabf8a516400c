#include "tessera/products/cross.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include "tessera/kernels/gemm_skinny.hpp"
#include "tessera/kernels/spmm.hpp"
#include "tessera/kernels/tile_rows.hpp"

namespace tessera::products {
namespace {

template <class Real>
constexpr Index entry_bytes(const DenseBlock<Real>& /*block*/) {
  return sizeof(Real);
}
template <class Real>
constexpr Index entry_bytes(const SparseBlock<Real>& /*block*/) {
  return sizeof(Real) + sizeof(typename SparseBlock<Real>::Column);
}

/// About ten milliseconds of arithmetic between two looks at pending messages.
constexpr Index kPanelFlops = 400'000'000;

/// So many rows of A or more, so that sums over them keep their bits however rows are cut.
constexpr Index whole_sums(Index rows) {
  return (rows + kernels::kTransposedRows - 1) / kernels::kTransposedRows *
         kernels::kTransposedRows;
}

/// So many of some rows or columns of a block as are multiplied between two looks at messages.
template <class AnyBlock>
Index part_of(Index length, const AnyBlock& block, Index rank) {
  const Index flops = 2 * block.stored_entries() * rank;
  const Index parts = std::max<Index>(1, flops / kPanelFlops);
  return std::max<Index>(256, length / parts);
}

/// Rows of A per panel: a function of the block alone, so that sums keep their order.
template <class AnyBlock>
Index panel_rows(const AnyBlock& block, Index rank) {
  return whole_sums(part_of(block.rows().size(), block, rank));
}

/// Largest k for which reading A costs more than multiplying with it.
constexpr Index kOnePassRank = 16;
/// Of the rows of A that are finished in one pass: half of a usual second-level cache.
constexpr Index kOnePassBytes = 512 << 10;

template <class AnyBlock>
Index one_pass_rows(const AnyBlock& block) {
  const Index rows = std::max<Index>(1, block.rows().size());
  const Index row_bytes = std::max<Index>(1, block.stored_entries() * entry_bytes(block) / rows);
  return whole_sums(std::max<Index>(1, kOnePassBytes / row_bytes - kernels::kTransposedRows));
}

template <class Step>
void for_each_panel(Range rows, Index height, Step&& step) {
  for (Index begin = rows.begin; begin < rows.end; begin += height) {
    step(Range{begin, std::min(begin + height, rows.end)});
  }
}

/// result += Aᵀ·w for some columns of A, by rows of the block.
template <class Real>
void add_transposed_product(const DenseBlock<Real>& block, Range columns, ConstMatrixView<Real> w,
                            const Progress& progress, MatrixView<Real> result) {
  for_each_panel({0, block.rows().size()}, panel_rows(block, w.columns()), [&](Range panel) {
    kernels::add_transposed_multiply<Real>(block.entries().rows(panel), columns, w.rows(panel),
                                           result);
    progress();
  });
}

/// The same of a sparse block for all columns, which its rows name in any order.
template <class Real>
void add_transposed_product(const SparseBlock<Real>& block, ConstMatrixView<Real> w,
                            const Progress& progress, MatrixView<Real> result) {
  for_each_panel({0, block.rows().size()}, panel_rows(block, w.columns()), [&](Range panel) {
    kernels::add_transposed_multiply(block, panel, w.rows(panel), result);
    progress();
  });
}

/// The same for some columns by the second copy of the block, by columns.
template <class Real>
void add_transposed_product(const TransposedPanels<Real>& panels, const SparseBlock<Real>& block,
                            Range columns, ConstMatrixView<Real> w, const Progress& progress,
                            MatrixView<Real> result) {
  const Index width = part_of(block.columns().size(), block, w.columns());
  for_each_panel(columns, width, [&](Range part) {
    kernels::add_transposed_multiply(
        panels, part, w, result.rows({part.begin - columns.begin, part.end - columns.begin}));
    progress();
  });
}

}  // namespace

template <class Real>
CrossProducts<Real>::CrossProducts(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                   Index rank, PhaseTimes& times)
    : a_(a),
      times_(times),
      w_(FactorExchange<Real>::of_w(a, grid, rank, 1, times)),
      h_(FactorExchange<Real>::of_h(a, grid, rank, 1, times)),
      bytes_per_pair_(2 * (w_.predicted_bytes() + h_.predicted_bytes())) {}

template <class Real>
ConstMatrixView<Real> CrossProducts<Real>::times_h(ConstMatrixView<Real> h_piece,
                                                   const Progress& progress) {
  const auto h = gather_h(h_piece);
  ++computed_;
  w_.multiply([&](Range rows) {
    const auto scope = times_.scope(Phase::product);
    const auto multiply = [&](const auto& block) {
      for_each_panel(rows, panel_rows(block, h.columns()), [&](Range panel) {
        kernels::multiply(block, panel, h, w_.partial().rows(panel));
        progress();
      });
    };
    std::visit(multiply, a_.block);
  });
  return w_.scatter_sum();
}

template <class Real>
ConstMatrixView<Real> CrossProducts<Real>::transposed_times_w(ConstMatrixView<Real> w_piece,
                                                              const Progress& progress) {
  const auto w = gather_w(w_piece);
  ++computed_;
  const auto* sparse = std::get_if<SparseBlock<Real>>(&a_.block);
  if (sparse != nullptr && a_.transposed.empty()) {
    const auto scope = times_.scope(Phase::product);
    std::ranges::fill(h_.partial().span(), Real{0});
    add_transposed_product(*sparse, w, progress, h_.partial());
  } else {
    h_.multiply([&](Range columns) {
      const auto scope = times_.scope(Phase::product);
      const auto partial = h_.partial().rows(columns);
      std::ranges::fill(partial.span(), Real{0});
      if (sparse == nullptr) {
        add_transposed_product(std::get<DenseBlock<Real>>(a_.block), columns, w, progress, partial);
      } else {
        add_transposed_product(a_.transposed, *sparse, columns, w, progress, partial);
      }
    });
  }
  return h_.scatter_sum();
}

template <class Real>
void CrossProducts<Real>::pass_once(ConstMatrixView<Real> h_piece, ConstMatrixView<Real> w_piece,
                                    const RowsUpdate<Real>& update) {
  const auto h = gather_h(h_piece);
  computed_ += 2;
  const auto partial = h_.partial();
  std::ranges::fill(partial.span(), Real{0});
  const auto pass = [&](const auto& block) {
    for_each_panel({0, block.rows().size()}, one_pass_rows(block), [&](Range rows) {
      // One part of the buffer for all rows, so that it stays in the cache.
      const auto cross = w_.partial().rows({0, rows.size()});
      timed(times_, Phase::product, [&] { kernels::multiply(block, rows, h, cross); });
      update(rows, cross);
      timed(times_, Phase::product,
            [&] { kernels::add_transposed_multiply(block, rows, w_piece.rows(rows), partial); });
    });
  };
  std::visit(pass, a_.block);
}

template <class Real>
bool one_pass_pays(const DataMatrix<Real>& a, Index rank) {
  return !a.is_sparse() && rank <= kOnePassRank;
}

template bool one_pass_pays(const DataMatrix<float>&, Index);
template bool one_pass_pays(const DataMatrix<double>&, Index);
template class CrossProducts<float>;
template class CrossProducts<double>;

}  // namespace tessera::products
