#include "tessera/matrix/block.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>

#include "tessera/core/mix.hpp"

namespace tessera {
namespace {

/// `row_hash` is mix(original row + 1). Zeros of either sign are one value.
std::uint64_t hash_entry(std::uint64_t row_hash, Index column, double value) {
  return mix(mix(row_hash + static_cast<std::uint64_t>(column)) ^
             std::bit_cast<std::uint64_t>(value + 0.0));
}

/// `weigh` gives the weights of the stored entries one after the other; `hash_zeros` tells whether
/// a stored zero counts in the fingerprint.
template <class AnyBlock, class Weigh>
BlockStatistics collect(const AnyBlock& block, const Ordering& rows, const Ordering& columns,
                        bool hash_zeros, Weigh&& weigh) {
  BlockStatistics result;
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -minimum;
  Index current_row = -1;
  std::uint64_t row_hash = 0;
  for_each_entry(block, [&](Index row, Index column, double value) {
    const double weight = weigh();
    if (!std::isfinite(value)) {
      ++result.not_finite;
      return;
    }
    result.sum += weight * value;
    result.sum_of_squares += weight * value * value;
    result.sum_of_weights += weight;
    minimum = std::min(minimum, value);
    maximum = std::max(maximum, value);
    result.negative += value < 0 ? 1 : 0;
    result.nonzeros += value != 0 ? 1 : 0;
    if (value != 0 || hash_zeros) {
      if (row != current_row) {
        current_row = row;
        row_hash = mix(static_cast<std::uint64_t>(rows.original(row)) + 1);
      }
      const std::uint64_t hash = hash_entry(row_hash, columns.original(column), value);
      result.fingerprint += weight == 1 ? hash : mix(hash ^ std::bit_cast<std::uint64_t>(weight));
    }
  });
  if (minimum <= maximum) {
    result.minimum = minimum;
    result.maximum = maximum;
  }
  return result;
}

template <class AnyBlock>
std::optional<InvalidEntry> find_first(const AnyBlock& block, const Ordering& rows,
                                       const Ordering& columns) {
  std::optional<InvalidEntry> first;
  for_each_entry(block, [&](Index row, Index column, auto value) {
    if (value >= 0 && value <= std::numeric_limits<decltype(value)>::max()) {
      return;
    }
    const InvalidEntry found{rows.original(row), columns.original(column),
                             static_cast<double>(value)};
    if (!first || std::tie(found.row, found.column) < std::tie(first->row, first->column)) {
      first = found;
    }
  });
  return first;
}

}  // namespace

template <class Real>
BlockStatistics statistics(const DenseBlock<Real>& block, const Ordering& rows,
                           const Ordering& columns) {
  return collect(block, rows, columns, false, [] { return 1.0; });
}

template <class Real>
BlockStatistics statistics(const SparseBlock<Real>& block, const Ordering& rows,
                           const Ordering& columns) {
  return collect(block, rows, columns, false, [] { return 1.0; });
}

template <class Real>
BlockStatistics statistics_of_observed(const SparseBlock<Real>& block,
                                       std::span<const Real> weights, const Ordering& rows,
                                       const Ordering& columns) {
  if (weights.empty()) {
    return collect(block, rows, columns, true, [] { return 1.0; });
  }
  return collect(block, rows, columns, true,
                 [next = weights.data()]() mutable { return static_cast<double>(*next++); });
}

template <class Real>
std::optional<InvalidEntry> find_invalid(const DenseBlock<Real>& block, const Ordering& rows,
                                         const Ordering& columns) {
  return find_first(block, rows, columns);
}

template <class Real>
std::optional<InvalidEntry> find_invalid(const SparseBlock<Real>& block, const Ordering& rows,
                                         const Ordering& columns) {
  return find_first(block, rows, columns);
}

#define TESSERA_INSTANTIATE_BLOCK(BLOCK)                                               \
  template BlockStatistics statistics(const BLOCK&, const Ordering&, const Ordering&); \
  template std::optional<InvalidEntry> find_invalid(const BLOCK&, const Ordering&, const Ordering&);

template BlockStatistics statistics_of_observed(const SparseBlock<float>&, std::span<const float>,
                                                const Ordering&, const Ordering&);
template BlockStatistics statistics_of_observed(const SparseBlock<double>&, std::span<const double>,
                                                const Ordering&, const Ordering&);
TESSERA_INSTANTIATE_BLOCK(DenseBlock<float>)
TESSERA_INSTANTIATE_BLOCK(DenseBlock<double>)
TESSERA_INSTANTIATE_BLOCK(SparseBlock<float>)
TESSERA_INSTANTIATE_BLOCK(SparseBlock<double>)

}  // namespace tessera
