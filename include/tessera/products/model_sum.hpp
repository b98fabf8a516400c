#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::products {

/// Sums of a factor's columns over the local rows, in double. @pre sums has k entries.
template <class Real>
void sum_columns(ConstMatrixView<Real> factor, std::span<double> sums) {
  std::ranges::fill(sums, 0.0);
  for (Index row = 0; row < factor.rows(); ++row) {
    for (std::size_t l = 0; l < sums.size(); ++l) {
      sums[l] += static_cast<double>(factor.row(row)[l]);
    }
  }
}

/// Σ (WH)_ij over all m·n entries: the inner product of both factors' column sums. Collective.
template <class Real>
[[nodiscard]] double model_sum(const FactorPair<Real>& factors, const mpi::Communicator& comm) {
  const auto k = static_cast<std::size_t>(factors.rank());
  std::vector<double> sums(2 * k);
  sum_columns<Real>(factors.w.piece.view(), std::span(sums).first(k));
  sum_columns<Real>(factors.h.piece.view(), std::span(sums).last(k));
  comm.all_reduce_sum(std::span<double>(sums));
  double sum = 0;
  for (std::size_t l = 0; l < k; ++l) {
    sum += sums[l] * sums[k + l];
  }
  return sum;
}

}  // namespace tessera::products
