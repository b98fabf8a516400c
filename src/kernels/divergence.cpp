#include "tessera/kernels/divergence.hpp"

#include <algorithm>

#include "tessera/kernels/beta_divergence.hpp"
#include "tessera/kernels/residual.hpp"

namespace tessera::kernels {
namespace {

/// Rows of W·H made at a time.
constexpr Index kTileRows = 16;

template <class Real>
void copy_row(const DenseBlock<Real>& a, Index row, std::span<double> values) {
  std::copy_n(a.entries().row(row), values.size(), values.begin());
}

template <class Real>
void copy_row(const SparseBlock<Real>& a, Index row, std::span<double> values) {
  std::ranges::fill(values, 0.0);
  for (Index at = a.row_offsets()[static_cast<std::size_t>(row)];
       at < a.row_offsets()[static_cast<std::size_t>(row) + 1]; ++at) {
    values[static_cast<std::size_t>(a.local_columns().data()[at])] = a.values()[at];
  }
}

}  // namespace

template <class Real>
double divergence_of_stored(const SparseBlock<Real>& a, std::span<const Real> weights,
                            ConstMatrixView<Real> w, ConstMatrixView<Real> h, double beta,
                            double floor, bool whole) {
  require_shape("W", w, a.rows().size(), w.columns());
  require_shape("Hᵀ", h, a.columns().size(), w.columns());
  return with_divergence(beta, [&](const auto& divergence) {
    double sum = 0;
    for (Index row = 0; row < w.rows(); ++row) {
      for (Index at = a.row_offsets()[static_cast<std::size_t>(row)];
           at < a.row_offsets()[static_cast<std::size_t>(row) + 1]; ++at) {
        const Index column = a.local_columns().data()[at];
        double x = 0;
        for (Index l = 0; l < w.columns(); ++l) {
          x += static_cast<double>(w(row, l)) * static_cast<double>(h(column, l));
        }
        const double weight = weights.empty() ? 1.0 : weights[static_cast<std::size_t>(at)];
        sum += weight *
               distance(divergence, static_cast<double>(a.values()[at]), std::max(floor, x), whole);
      }
    }
    return sum;
  });
}

template <class Real>
double divergence_of_all(const Block<Real>& a, ConstMatrixView<Real> w, ConstMatrixView<Real> h,
                         double beta, double floor) {
  Matrix<double> predicted(kTileRows, h.rows());
  AlignedVector<double> actual(static_cast<std::size_t>(h.rows()));
  double sum = 0;
  for (Index begin = 0; begin < w.rows(); begin += kTileRows) {
    const Range rows{begin, std::min(begin + kTileRows, w.rows())};
    reconstruct<Real>(w.rows(rows), h, predicted.view().rows({0, rows.size()}));
    for (Index row = rows.begin; row < rows.end; ++row) {
      std::visit([&](const auto& block) { copy_row(block, row, std::span(actual)); }, a);
      const double* x = predicted.view().row(row - rows.begin);
      sum += with_divergence(beta, [&](const auto& divergence) {
        double row_sum = 0;
        for (std::size_t j = 0; j < actual.size(); ++j) {
          row_sum += divergence.distance(actual[j], std::max(floor, x[j]));
        }
        return row_sum;
      });
    }
  }
  return sum;
}

#define TESSERA_INSTANTIATE(Real)                                                            \
  template double divergence_of_stored(const SparseBlock<Real>&, std::span<const Real>,      \
                                       ConstMatrixView<Real>, ConstMatrixView<Real>, double, \
                                       double, bool);                                        \
  template double divergence_of_all(const Block<Real>&, ConstMatrixView<Real>,               \
                                    ConstMatrixView<Real>, double, double);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::kernels
