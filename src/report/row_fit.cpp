#include "tessera/report/row_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera::report {

RowFit row_fit(std::span<const double> original, std::span<const double> rebuilt) {
  double squares = 0;
  double residual = 0;
  Index counted = 0;
  for (std::size_t j = 0; j < original.size(); ++j) {
    if (std::isfinite(original[j])) {
      squares += original[j] * original[j];
      residual += (original[j] - rebuilt[j]) * (original[j] - rebuilt[j]);
      ++counted;
    }
  }
  return {squares > 0 ? std::sqrt(residual / squares) : std::numeric_limits<double>::quiet_NaN(),
          residual, counted};
}

std::vector<ColumnWeight> strongest_columns(std::span<const double> row, std::size_t count) {
  std::vector<ColumnWeight> entries;
  for (std::size_t j = 0; j < row.size(); ++j) {
    if (row[j] > 0) {
      entries.push_back({static_cast<Index>(j), row[j]});
    }
  }
  const auto end = entries.begin() + static_cast<std::ptrdiff_t>(std::min(count, entries.size()));
  std::ranges::partial_sort(entries, end, [](ColumnWeight a, ColumnWeight b) {
    return a.weight != b.weight ? a.weight > b.weight : a.column < b.column;
  });
  entries.erase(end, entries.end());
  return entries;
}

std::vector<double> bin_means(std::span<const double> values, Index bins) {
  const auto size = std::ssize(values);
  bins = std::min(bins, size);
  std::vector<double> means;
  for (Index bin = 0; bin < bins; ++bin) {
    double sum = 0;
    double counted = 0;
    for (Index j = bin * size / bins; j < (bin + 1) * size / bins; ++j) {
      const double value = values[static_cast<std::size_t>(j)];
      if (std::isfinite(value)) {
        sum += value;
        ++counted;
      }
    }
    means.push_back(sum / counted);
  }
  return means;
}

}  // namespace tessera::report
