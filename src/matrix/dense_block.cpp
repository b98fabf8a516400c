#include "tessera/matrix/dense_block.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tessera {
namespace {

/// The finalizer of SplitMix64 (Steele, Lea & Flood 2014): every input bit reaches every other.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

std::uint64_t hash_entry(std::uint64_t row_hash, Index column, double value) {
  return mix(mix(row_hash + static_cast<std::uint64_t>(column)) ^
             std::bit_cast<std::uint64_t>(value));
}

template <class Real>
bool is_valid(Real value) {
  return value >= 0 && value <= std::numeric_limits<Real>::max();
}

}  // namespace

template <class Real>
BlockStatistics statistics(const DenseBlock<Real>& block) {
  BlockStatistics result;
  const auto entries = block.entries();
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -minimum;
  for (Index i = 0; i < entries.rows(); ++i) {
    const std::uint64_t row_hash = mix(static_cast<std::uint64_t>(block.rows().begin + i) + 1);
    for (Index j = 0; j < entries.columns(); ++j) {
      const double value = entries(i, j);
      if (!std::isfinite(value)) {
        ++result.not_finite;
        continue;
      }
      result.sum += value;
      result.sum_of_squares += value * value;
      minimum = std::min(minimum, value);
      maximum = std::max(maximum, value);
      result.negative += value < 0 ? 1 : 0;
      if (value != 0) {
        ++result.nonzeros;
        result.fingerprint += hash_entry(row_hash, block.columns().begin + j, value);
      }
    }
  }
  if (minimum <= maximum) {
    result.minimum = minimum;
    result.maximum = maximum;
  }
  return result;
}

template <class Real>
std::optional<InvalidEntry> find_invalid(const DenseBlock<Real>& block) {
  const auto entries = block.entries().span();
  const auto found = std::ranges::find_if_not(entries, is_valid<Real>);
  if (found == entries.end()) {
    return std::nullopt;
  }
  const Index position = found - entries.begin();
  const Index width = block.columns().size();
  return InvalidEntry{block.rows().begin + position / width,
                      block.columns().begin + position % width, static_cast<double>(*found)};
}

template class DenseBlock<float>;
template class DenseBlock<double>;
template BlockStatistics statistics(const DenseBlock<float>&);
template BlockStatistics statistics(const DenseBlock<double>&);
template std::optional<InvalidEntry> find_invalid(const DenseBlock<float>&);
template std::optional<InvalidEntry> find_invalid(const DenseBlock<double>&);

}  // namespace tessera
