#include "tessera/solve/canonical.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::solve {
namespace {

/// Σ x² and Σ |x| of every column of W and of H, over all processes.
struct ColumnSums {
  std::vector<double> squares_w;
  std::vector<double> squares_h;
  std::vector<double> sums_h;
};

template <class Real>
ColumnSums column_sums(const FactorPair<Real>& factors, const mpi::Communicator& comm) {
  const auto k = static_cast<std::size_t>(factors.rank());
  std::vector<double> message(3 * k);
  const auto w = factors.w.piece.view();
  for (Index row = 0; row < w.rows(); ++row) {
    for (std::size_t l = 0; l < k; ++l) {
      const double value = w.row(row)[l];
      message[l] += value * value;
    }
  }
  const auto h = factors.h.piece.view();
  for (Index row = 0; row < h.rows(); ++row) {
    for (std::size_t l = 0; l < k; ++l) {
      const double value = h.row(row)[l];
      message[k + l] += value * value;
      message[2 * k + l] += value;
    }
  }
  comm.all_reduce_sum(std::span<double>(message));
  const auto part = [&](std::size_t index) {
    const auto begin = message.begin() + static_cast<std::ptrdiff_t>(index * k);
    return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(k));
  };
  return {part(0), part(1), part(2)};
}

double norm_of_row(const ColumnSums& sums, std::size_t component, Normalization normalization) {
  switch (normalization) {
    case Normalization::automatic:
    case Normalization::l2:
      return std::sqrt(sums.squares_h[component]);
    case Normalization::l1:
      return sums.sums_h[component];
    case Normalization::none:
      return 1.0;
  }
  return 1.0;
}

/// Column l of the result is column order[l] of the factor times scale[order[l]].
template <class Real>
void reorder(MatrixView<Real> factor, const std::vector<std::size_t>& order,
             const std::vector<double>& scale) {
  std::vector<Real> row(order.size());
  for (Index r = 0; r < factor.rows(); ++r) {
    std::copy_n(factor.row(r), row.size(), row.begin());
    for (std::size_t l = 0; l < order.size(); ++l) {
      factor.row(r)[l] = static_cast<Real>(static_cast<double>(row[order[l]]) * scale[order[l]]);
    }
  }
}

}  // namespace

template <class Real>
Index canonicalize(FactorPair<Real>& factors, Normalization normalization, Index fixed,
                   const mpi::Communicator& comm) {
  const auto sums = column_sums(factors, comm);
  const std::size_t k = sums.squares_w.size();
  const auto first_free = static_cast<std::size_t>(fixed);

  // What a component contributes to W·H decides whether it is dead, not how the weight is split.
  std::vector<double> contribution(k);
  for (std::size_t l = 0; l < k; ++l) {
    contribution[l] = sums.squares_w[l] * sums.squares_h[l];
  }
  const double largest = *std::ranges::max_element(contribution);
  std::vector<double> weight(k);
  std::vector<double> scale_w(k);
  std::vector<double> scale_h(k);
  std::fill_n(scale_w.begin(), fixed, 1.0);
  std::fill_n(scale_h.begin(), fixed, 1.0);
  for (std::size_t l = first_free; l < k; ++l) {
    if (contribution[l] > kernels::kDeadRatio * largest) {
      const double norm = norm_of_row(sums, l, normalization);
      scale_w[l] = norm;
      scale_h[l] = 1.0 / norm;
      weight[l] = std::sqrt(sums.squares_w[l]) * norm;
    }
  }
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order.begin() + fixed, order.end(), std::greater{},
                           [&](std::size_t l) { return weight[l]; });
  reorder(factors.w.piece.view(), order, scale_w);
  reorder(factors.h.piece.view(), order, scale_h);
  return std::count(weight.begin() + fixed, weight.end(), 0.0);
}

template Index canonicalize(FactorPair<float>&, Normalization, Index, const mpi::Communicator&);
template Index canonicalize(FactorPair<double>&, Normalization, Index, const mpi::Communicator&);

}  // namespace tessera::solve
