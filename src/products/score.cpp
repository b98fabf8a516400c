#include "tessera/products/score.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "tessera/core/error.hpp"
#include "tessera/products/cross.hpp"
#include "tessera/products/model_sum.hpp"
#include "tessera/products/residual.hpp"

namespace tessera::products {
namespace {

kernels::ErrorSums sum(const kernels::ErrorSums& own, const mpi::Communicator& comm) {
  std::array<double, 5> sums = {own.entries, own.squared, own.absolute, own.divergence,
                                own.predicted};
  comm.all_reduce_sum(std::span<double>(sums));
  return {sums[0], sums[1], sums[2], sums[3], sums[4]};
}

/// Without entries all means are 0/0.
Score to_score(const kernels::ErrorSums& sums) {
  return {sums.entries, std::sqrt(sums.squared / sums.entries), sums.absolute / sums.entries,
          sums.divergence / sums.entries};
}

/// From the sums over the stored entries to those over all of A, whose other entries are 0.
template <class Real>
Score score_with_zeros(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                       const FactorPair<Real>& factors, kernels::ErrorSums stored) {
  const double predicted = model_sum(factors, grid.comm());
  stored.entries = static_cast<double>(a.m()) * static_cast<double>(a.n());
  stored.squared = squared_residual(a, grid, factors);
  stored.absolute = std::numeric_limits<double>::quiet_NaN();
  stored.divergence += predicted - stored.predicted;
  return to_score(stored);
}

/// The entries of one local row in some local columns; zeros too unless they are missing.
template <class Real>
SparseBlock<Real> crossing(const DenseBlock<Real>& a, Index row, bool /*stored_only*/,
                           const std::vector<std::int32_t>& columns) {
  AlignedVector<Real> values;
  for (const std::int32_t column : columns) {
    values.push_back(a.entries()(row, column));
  }
  return {{0, 1},
          {0, a.columns().size()},
          {0, std::ssize(columns)},
          {columns.begin(), columns.end()},
          std::move(values)};
}

template <class Real>
SparseBlock<Real> crossing(const SparseBlock<Real>& a, Index row, bool stored_only,
                           const std::vector<std::int32_t>& columns) {
  const auto begin = static_cast<std::size_t>(a.row_offsets()[static_cast<std::size_t>(row)]);
  const auto end = static_cast<std::size_t>(a.row_offsets()[static_cast<std::size_t>(row) + 1]);
  AlignedVector<std::int32_t> kept;
  AlignedVector<Real> values;
  std::size_t at = begin;
  for (const std::int32_t column : columns) {
    while (at < end && a.local_columns()[at] < column) {
      ++at;
    }
    const bool stored = at < end && a.local_columns()[at] == column;
    if (stored || !stored_only) {
      kept.push_back(column);
      values.push_back(stored ? a.values()[at] : Real{0});
    }
  }
  const Index count = std::ssize(kept);
  return {{0, 1}, {0, a.columns().size()}, {0, count}, std::move(kept), std::move(values)};
}

}  // namespace

template <class Real>
Score score(const SparseBlock<Real>& entries, ConstMatrixView<Real> w, ConstMatrixView<Real> h,
            const kernels::Scoring& scoring, const mpi::Communicator& comm) {
  return to_score(sum(kernels::error_sums(entries, w, h, scoring), comm));
}

template <class Real>
Score score(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
            const FactorPair<Real>& factors, const kernels::Scoring& scoring) {
  if (scoring.clip.is_set() && !is_scored_by_entry(a)) {
    throw ShapeError("predictions of a sparse matrix whose zeros are data cannot be clipped");
  }
  PhaseTimes unused;
  CrossProducts<Real> products(a, grid, factors.rank(), unused);
  const auto w = products.gather_w(factors.w.piece.view());
  const auto h = products.gather_h(factors.h.piece.view());
  if (const auto* dense = std::get_if<DenseBlock<Real>>(&a.block)) {
    return to_score(sum(kernels::error_sums<Real>(dense->entries(), w, h, scoring), grid.comm()));
  }
  const auto& sparse = std::get<SparseBlock<Real>>(a.block);
  const auto stored = sum(kernels::error_sums(sparse, w, h, scoring), grid.comm());
  return a.observed_only ? to_score(stored) : score_with_zeros(a, grid, factors, stored);
}

template <class Real>
Score score_held_out(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                     const FactorPair<Real>& factors, const kernels::Scoring& scoring) {
  PhaseTimes unused;
  CrossProducts<Real> products(a, grid, factors.rank(), unused);
  const auto w = products.gather_w(factors.w.piece.view());
  const auto h = products.gather_h(factors.h.piece.view());
  return score(a.held_out, w, h, scoring, grid.comm());
}

template <class Real>
Score score_crossing(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                     const FactorPair<Real>& factors, const HoldoutRule& held_out,
                     const kernels::Scoring& scoring) {
  PhaseTimes unused;
  CrossProducts<Real> products(a, grid, factors.rank(), unused);
  const auto w = products.gather_w(factors.w.piece.view());
  const auto h = products.gather_h(factors.h.piece.view());
  const Range rows = a.distribution.row_block(grid.row());
  const Range columns = a.distribution.column_block(grid.column());
  std::vector<std::int32_t> held_columns;
  for (Index column = columns.begin; column < columns.end; ++column) {
    if (held_out.holds_column(a.column_order.original(column))) {
      held_columns.push_back(static_cast<std::int32_t>(column - columns.begin));
    }
  }
  kernels::ErrorSums own;
  for (Index row = 0; row < rows.size(); ++row) {
    if (!held_out.holds_row(a.row_order.original(rows.begin + row))) {
      continue;
    }
    const auto entries = std::visit(
        [&](const auto& block) { return crossing(block, row, a.observed_only, held_columns); },
        a.block);
    const auto sums = kernels::error_sums<Real>(entries, w.rows({row, row + 1}), h, scoring);
    own += sums;
  }
  return to_score(sum(own, grid.comm()));
}

template Score score_crossing(const DataMatrix<float>&, const mpi::ProcessGrid&,
                              const FactorPair<float>&, const HoldoutRule&,
                              const kernels::Scoring&);
template Score score_crossing(const DataMatrix<double>&, const mpi::ProcessGrid&,
                              const FactorPair<double>&, const HoldoutRule&,
                              const kernels::Scoring&);
#define TESSERA_INSTANTIATE(Real)                                                                 \
  template Score score(const SparseBlock<Real>&, ConstMatrixView<Real>, ConstMatrixView<Real>,    \
                       const kernels::Scoring&, const mpi::Communicator&);                        \
  template Score score(const DataMatrix<Real>&, const mpi::ProcessGrid&, const FactorPair<Real>&, \
                       const kernels::Scoring&);                                                  \
  template Score score_held_out(const DataMatrix<Real>&, const mpi::ProcessGrid&,                 \
                                const FactorPair<Real>&, const kernels::Scoring&);

TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)

}  // namespace tessera::products
