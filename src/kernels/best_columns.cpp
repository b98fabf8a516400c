#include "tessera/kernels/best_columns.hpp"

#include <algorithm>
#include <array>

#include "tessera/kernels/parallel.hpp"

namespace tessera::kernels {
namespace {

/// Columns whose scores are computed together, so that the processor's lanes share the work.
constexpr Index kTileColumns = 256;

using Scores = std::array<double, kTileColumns>;

/// Some columns of H as a k×kTileColumns tile; what lies beyond the last column is 0.
template <class Real>
void transpose_tile(ConstMatrixView<Real> columns, std::vector<double>& tile) {
  std::ranges::fill(tile, 0.0);
  for (Index j = 0; j < columns.rows(); ++j) {
    for (Index l = 0; l < columns.columns(); ++l) {
      tile[static_cast<std::size_t>(l * kTileColumns + j)] = columns(j, l);
    }
  }
}

/// scores_j = Σ_l w_l·h_lj
template <class Real>
void predict(const Real* w, const std::vector<double>& tile, Scores& scores) {
  scores.fill(0);
  const double* h = tile.data();
  for (std::size_t l = 0; l < tile.size() / kTileColumns; ++l, h += kTileColumns) {
    const double weight = w[l];
    for (std::size_t j = 0; j < kTileColumns; ++j) {
      scores[j] += weight * h[j];
    }
  }
}

/// Offers the scores of global columns, leaving out those seen.
void offer(const Scores& scores, Range columns, std::span<const std::int32_t> seen,
           BestColumns& best) {
  auto next = std::ranges::lower_bound(seen, columns.begin, {},
                                       [](std::int32_t column) { return Index{column}; });
  for (Index column = columns.begin; column < columns.end; ++column) {
    if (next != seen.end() && *next == column) {
      ++next;
    } else {
      best.offer({column, scores[static_cast<std::size_t>(column - columns.begin)]});
    }
  }
}

}  // namespace

void BestColumns::offer(const ScoredColumn& column) {
  if (heap_.size() < most_) {
    heap_.push_back(column);
    std::ranges::push_heap(heap_, ranks_before);
  } else if (ranks_before(column, heap_.front())) {
    std::ranges::pop_heap(heap_, ranks_before);
    heap_.back() = column;
    std::ranges::push_heap(heap_, ranks_before);
  }
}

std::vector<ScoredColumn> BestColumns::ranking() const {
  std::vector<ScoredColumn> ranking = heap_;
  std::ranges::sort(ranking, ranks_before);
  return ranking;
}

template <class Real>
void offer_predictions(ConstMatrixView<Real> w, ConstMatrixView<Real> h, Index first_column,
                       const ColumnLists& seen, std::span<BestColumns> best) {
  if (seen.rows() != w.rows() || std::ssize(best) != w.rows() || w.columns() != h.columns()) {
    throw ShapeError("offer_predictions: " + std::to_string(w.rows()) + " rows of W, " +
                     std::to_string(seen.rows()) + " of seen columns, " +
                     std::to_string(best.size()) + " rankings; " + std::to_string(w.columns()) +
                     " and " + std::to_string(h.columns()) + " components");
  }
  in_parallel(w.rows(), 1, 2 * w.rows() * h.size(), [&](Range rows) {
    std::vector<double> tile(static_cast<std::size_t>(h.columns() * kTileColumns));
    Scores scores;
    for (Index begin = 0; begin < h.rows(); begin += kTileColumns) {
      const Range columns{begin, std::min(begin + kTileColumns, h.rows())};
      transpose_tile(h.rows(columns), tile);
      for (Index row = rows.begin; row < rows.end; ++row) {
        predict(w.row(row), tile, scores);
        offer(scores, {first_column + columns.begin, first_column + columns.end}, seen.of(row),
              best[static_cast<std::size_t>(row)]);
      }
    }
  });
}

template void offer_predictions(ConstMatrixView<float>, ConstMatrixView<float>, Index,
                                const ColumnLists&, std::span<BestColumns>);
template void offer_predictions(ConstMatrixView<double>, ConstMatrixView<double>, Index,
                                const ColumnLists&, std::span<BestColumns>);

}  // namespace tessera::kernels
