#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/ordering.hpp"

namespace tessera::init {

/// A sparse matrix whose rows and columns are uniform or follow a power law, as words and links do.
struct SparseOptions {
  Index rows = 0;         ///< m
  Index columns = 0;      ///< n
  double density = 0.01;  ///< expected share of entries that are not zero, before what is cut
  double skew =
      0;  ///< in [0, 1): the r-th of m rows has about r^-skew of the entries, likewise columns
  std::uint64_t seed = 0;
};

/// Makes any row of the matrix: a pure function of the options and the row's global index, the same
/// on every process.
class SparseGenerator {
 public:
  explicit SparseGenerator(const SparseOptions& options);

  /// Columns and values in (0, 1] of one row, by rising column.
  [[nodiscard]] std::vector<std::pair<Index, double>> row(Index row) const;

 private:
  [[nodiscard]] Index entries_of(Index row) const;
  [[nodiscard]] Index column_of(double uniform) const;

  SparseOptions options_;
  Ordering row_ranks_;     ///< which rows are the long ones
  Ordering column_ranks_;  ///< which columns are the frequent ones
};

}  // namespace tessera::init
