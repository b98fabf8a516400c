#include "tessera/report/factor_digest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace tessera::report {
namespace {

/// One number of every component, combined over the processes by `reduce`.
template <class T, class Reduce>
void combine_field(std::vector<ComponentSums>& sums, T ComponentSums::*field, Reduce&& reduce) {
  std::vector<T> values;
  std::ranges::transform(sums, std::back_inserter(values), field);
  reduce(std::span<T>(values));
  for (std::size_t component = 0; component < sums.size(); ++component) {
    sums[component].*field = values[component];
  }
}

}  // namespace

double hoyer_sparseness(const ComponentSums& sums, Index n) {
  if (!(sums.squares > 0) || n <= 1) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double root = std::sqrt(static_cast<double>(n));
  return std::clamp((root - sums.sum / std::sqrt(sums.squares)) / (root - 1), 0.0, 1.0);
}

void FactorDigest::add(ConstMatrixView<double> rows) {
  for (Index i = 0; i < rows.rows(); ++i) {
    const double* row = rows.row(i);
    for (std::size_t component = 0; component < sums_.size(); ++component) {
      const double value = row[component];
      auto& sums = sums_[component];
      sums.sum += value;
      sums.squares += value * value;
      sums.largest = std::max(sums.largest, value);
    }
    const double* leader = std::max_element(row, row + rows.columns());
    if (*leader > 0) {
      ++sums_[static_cast<std::size_t>(leader - row)].leads;
    }
  }
}

void FactorDigest::combine(const mpi::Communicator& comm) {
  const auto add = [&](auto values) { comm.all_reduce_sum(values); };
  combine_field(sums_, &ComponentSums::sum, add);
  combine_field(sums_, &ComponentSums::squares, add);
  combine_field(sums_, &ComponentSums::leads, add);
  combine_field(sums_, &ComponentSums::largest, [&](auto values) { comm.all_reduce_max(values); });
}

std::vector<double> component_shares(const std::vector<ComponentSums>& w,
                                     const std::vector<ComponentSums>& h) {
  std::vector<double> shares;
  std::ranges::transform(w, h, std::back_inserter(shares),
                         [](const auto& of_w, const auto& of_h) { return of_w.sum * of_h.sum; });
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) {
    share = total > 0 && std::isfinite(total) ? share / total : 0;
  }
  return shares;
}

}  // namespace tessera::report
