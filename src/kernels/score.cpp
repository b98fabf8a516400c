#include "tessera/kernels/score.hpp"

#include <algorithm>
#include <cmath>

#include "tessera/kernels/residual.hpp"

namespace tessera::kernels {
namespace {

/// Entries of one tile of W·H in double: 8 MiB.
constexpr Index kTileEntries = Index{1} << 20;
constexpr Index kTileColumns = 4096;

void add_entry(ErrorSums& sums, double entry, double prediction, const Scoring& scoring) {
  const double clipped = scoring.clip(prediction);
  const double error = entry - clipped;
  sums.entries += 1;
  sums.squared += error * error;
  sums.absolute += std::abs(error);
  const double log_term =
      entry > 0 ? entry * std::log(entry / std::max(clipped, scoring.floor)) : 0;
  sums.divergence += log_term - entry + clipped;
  sums.predicted += clipped;
}

template <class Real>
double dot(const Real* x, const Real* y, Index k) {
  double sum = 0;
  for (Index l = 0; l < k; ++l) {
    sum += static_cast<double>(x[l]) * static_cast<double>(y[l]);
  }
  return sum;
}

/// Calls visit(entry number, value, prediction) with the stored entries row by row, then
/// end_row() after each.
template <class Real, class Visit, class EndRow>
void visit_predictions(const SparseBlock<Real>& a, ConstMatrixView<Real> w, ConstMatrixView<Real> h,
                       Visit&& visit, EndRow&& end_row) {
  require_shape("W of the predictions", w, a.rows().size(), w.columns());
  require_shape("Hᵀ of the predictions", h, a.columns().size(), w.columns());
  const Index* offsets = a.row_offsets().data();
  for (Index row = 0; row < a.rows().size(); ++row) {
    for (Index at = offsets[row]; at < offsets[row + 1]; ++at) {
      const Index column = a.local_columns().data()[at];
      visit(at, static_cast<double>(a.values()[at]), dot(w.row(row), h.row(column), w.columns()));
    }
    end_row();
  }
}

template <class Real>
ErrorSums sums_of_tile(ConstMatrixView<Real> entries, Index first_column,
                       ConstMatrixView<double> predictions, const Scoring& scoring) {
  ErrorSums sums;
  for (Index i = 0; i < predictions.rows(); ++i) {
    ErrorSums of_row;
    for (Index j = 0; j < predictions.columns(); ++j) {
      add_entry(of_row, entries(i, first_column + j), predictions(i, j), scoring);
    }
    sums += of_row;
  }
  return sums;
}

}  // namespace

ErrorSums& ErrorSums::operator+=(const ErrorSums& more) {
  entries += more.entries;
  squared += more.squared;
  absolute += more.absolute;
  divergence += more.divergence;
  predicted += more.predicted;
  return *this;
}

template <class Real>
ErrorSums error_sums(const SparseBlock<Real>& entries, ConstMatrixView<Real> w,
                     ConstMatrixView<Real> h, const Scoring& scoring) {
  ErrorSums sums;
  ErrorSums of_row;
  visit_predictions(
      entries, w, h,
      [&](Index, double entry, double prediction) {
        add_entry(of_row, entry, prediction, scoring);
      },
      [&] {
        sums += of_row;
        of_row = {};
      });
  return sums;
}

template <class Real>
ErrorSums error_sums(ConstMatrixView<Real> entries, ConstMatrixView<Real> w,
                     ConstMatrixView<Real> h, const Scoring& scoring) {
  require_shape("W of the predictions", w, entries.rows(), w.columns());
  require_shape("Hᵀ of the predictions", h, entries.columns(), w.columns());
  const Index width = std::clamp<Index>(entries.columns(), 1, kTileColumns);
  const Index height = std::max<Index>(1, std::min(entries.rows(), kTileEntries / width));
  AlignedVector<double> buffer(static_cast<std::size_t>(width * height));
  ErrorSums sums;
  for (Index column = 0; column < entries.columns(); column += width) {
    const Range columns{column, std::min(column + width, entries.columns())};
    for (Index row = 0; row < entries.rows(); row += height) {
      const Range rows{row, std::min(row + height, entries.rows())};
      const MatrixView<double> tile(buffer.data(), rows.size(), columns.size());
      reconstruct<Real>(w.rows(rows), h.rows(columns), tile);
      sums += sums_of_tile<Real>(entries.rows(rows), column, tile, scoring);
    }
  }
  return sums;
}

template <class Real>
double squared_residual(const SparseBlock<Real>& a, std::span<const Real> weights,
                        ConstMatrixView<Real> w, ConstMatrixView<Real> h) {
  double sum = 0;
  double of_row = 0;
  visit_predictions(
      a, w, h,
      [&](Index at, double entry, double prediction) {
        const double weight =
            weights.empty() ? 1.0 : static_cast<double>(weights[static_cast<std::size_t>(at)]);
        of_row += weight * (entry - prediction) * (entry - prediction);
      },
      [&] {
        sum += of_row;
        of_row = 0;
      });
  return sum;
}

#define TESSERA_INSTANTIATE(Real)                                                   \
  template ErrorSums error_sums(const SparseBlock<Real>&, ConstMatrixView<Real>,    \
                                ConstMatrixView<Real>, const Scoring&);             \
  template ErrorSums error_sums(ConstMatrixView<Real>, ConstMatrixView<Real>,       \
                                ConstMatrixView<Real>, const Scoring&);             \
  template double squared_residual(const SparseBlock<Real>&, std::span<const Real>, \
                                   ConstMatrixView<Real>, ConstMatrixView<Real>);

TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)

}  // namespace tessera::kernels
