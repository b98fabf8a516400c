#include "tessera/init/sparse_rows.hpp"

#include <algorithm>
#include <cmath>

#include "tessera/core/random.hpp"

namespace tessera::init {

SparseGenerator::SparseGenerator(const SparseOptions& options)
    : options_(options),
      row_ranks_(Ordering::shuffled(options.rows, options.seed)),
      column_ranks_(Ordering::shuffled(options.columns, options.seed + 1)) {}

Index SparseGenerator::entries_of(Index row) const {
  // (1 − s)·x^−s has mean 1 over x in (0, 1].
  const double place =
      (static_cast<double>(row_ranks_.position(row)) + 0.5) / static_cast<double>(options_.rows);
  const double weight = (1.0 - options_.skew) * std::pow(place, -options_.skew);
  const double expected = options_.density * static_cast<double>(options_.columns) * weight;
  // Rounded at random, so that rows of less than one expected entry are not all empty.
  const double dice = random::uniform(options_.seed, random::Stream::generate_w, row, 0);
  return std::min(options_.columns, static_cast<Index>(expected + dice));
}

Index SparseGenerator::column_of(double uniform) const {
  // Inverse of the distribution function x^(1 − s).
  const double place = std::pow(uniform, 1.0 / (1.0 - options_.skew));
  const auto rank = static_cast<Index>(place * static_cast<double>(options_.columns));
  return column_ranks_.original(std::min(rank, options_.columns - 1));
}

std::vector<std::pair<Index, double>> SparseGenerator::row(Index row) const {
  const Index count = entries_of(row);
  std::vector<std::pair<Index, double>> entries;
  for (Index draw = 0; draw < count; ++draw) {
    const double place = random::uniform(options_.seed, random::Stream::generate_h, row, draw);
    const double value =
        1.0 - random::uniform(options_.seed, random::Stream::generate_noise, row, draw);
    entries.emplace_back(column_of(place), value);
  }
  // Frequent columns are drawn more than once; the first draw counts.
  std::ranges::stable_sort(entries, {}, &std::pair<Index, double>::first);
  const auto repeated = std::ranges::unique(entries, {}, &std::pair<Index, double>::first);
  entries.erase(repeated.begin(), repeated.end());
  return entries;
}

}  // namespace tessera::init
