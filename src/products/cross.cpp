#include "tessera/products/cross.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include "tessera/kernels/gemm_skinny.hpp"
#include "tessera/kernels/spmm.hpp"

namespace tessera::products {
namespace {

/// About ten milliseconds of arithmetic between two looks at pending messages.
constexpr Index kPanelFlops = 400'000'000;

/// Rows of A per panel: a function of the block alone, so that sums keep their order.
template <class AnyBlock>
Index panel_rows(const AnyBlock& block, Index rank) {
  const Index flops = 2 * block.stored_entries() * rank;
  const Index panels = std::max<Index>(1, flops / kPanelFlops);
  return std::max<Index>(256, block.rows().size() / panels);
}

template <class Step>
void for_each_panel(Index rows, Index height, Step&& step) {
  for (Index begin = 0; begin < rows; begin += height) {
    step(Range{begin, std::min(begin + height, rows)});
  }
}

/// result += Aᵀ·w, by rows of the block.
template <class Real, class AnyBlock>
void add_transposed_product(const AnyBlock& block, ConstMatrixView<Real> w,
                            const Progress& progress, MatrixView<Real> result) {
  for_each_panel(block.rows().size(), panel_rows(block, w.columns()), [&](Range panel) {
    kernels::add_transposed_multiply(block, panel, w.rows(panel), result);
    progress();
  });
}

/// The same by the second copy of the block.
template <class Real>
void add_transposed_product(const TransposedPanels<Real>& panels, ConstMatrixView<Real> w,
                            const Progress& progress, MatrixView<Real> result) {
  const Index first = panels.front().columns().begin;
  for (const SparseBlock<Real>& block : panels) {
    const auto& columns = block.columns();
    const auto w_panel = w.rows({columns.begin - first, columns.end - first});
    for_each_panel(block.rows().size(), panel_rows(block, w.columns()), [&](Range rows) {
      kernels::add_multiply(block, rows, w_panel, result.rows(rows));
      progress();
    });
  }
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
  {
    const auto scope = times_.scope(Phase::product);
    const auto multiply = [&](const auto& block) {
      for_each_panel(block.rows().size(), panel_rows(block, h.columns()), [&](Range panel) {
        kernels::multiply(block, panel, h, w_.partial().rows(panel));
        progress();
      });
    };
    std::visit(multiply, a_.block);
  }
  return w_.scatter_sum();
}

template <class Real>
ConstMatrixView<Real> CrossProducts<Real>::transposed_times_w(ConstMatrixView<Real> w_piece,
                                                              const Progress& progress) {
  const auto w = gather_w(w_piece);
  ++computed_;
  {
    const auto scope = times_.scope(Phase::product);
    const auto partial = h_.partial();
    std::ranges::fill(partial.span(), Real{0});
    if (a_.transposed.empty()) {
      std::visit([&](const auto& block) { add_transposed_product(block, w, progress, partial); },
                 a_.block);
    } else {
      add_transposed_product(a_.transposed, w, progress, partial);
    }
  }
  return h_.scatter_sum();
}

template class CrossProducts<float>;
template class CrossProducts<double>;

}  // namespace tessera::products
