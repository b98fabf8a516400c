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

std::vector<FactorEntry> strongest_columns(std::span<const double> row, Index count) {
  TopEntries top(1, count);
  top.add(ConstMatrixView<double>(row.data(), std::ssize(row), 1), 0);
  return top.of(0);
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
