#pragma once

#include <span>
#include <vector>

#include "tessera/report/top_entries.hpp"

namespace tessera::report {

/// How one row of W·H resembles the row of A, over the entries of A that are numbers.
struct RowFit {
  double relative_error = 0;  ///< ‖a − x‖ / ‖a‖; not a number for a row of zeros
  double squared_error = 0;   ///< ‖a − x‖²
  Index entries = 0;          ///< that were compared
};

/// @pre both have the same length.
[[nodiscard]] RowFit row_fit(std::span<const double> original, std::span<const double> rebuilt);

/// The largest entries above 0 of a row, at most `count`, as TopEntries orders them.
[[nodiscard]] std::vector<FactorEntry> strongest_columns(std::span<const double> row, Index count);

/// Means over at most `bins` runs of neighbouring values, whose lengths differ by at most one. What
/// is not a number does not count; a run of nothing else has no mean.
[[nodiscard]] std::vector<double> bin_means(std::span<const double> values, Index bins);

}  // namespace tessera::report
