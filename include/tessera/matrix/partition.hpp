#pragma once

#include <span>
#include <utility>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera {

/// [0, total) cut into consecutive parts, some of them possibly empty.
class Partition {
 public:
  /// Parts whose sizes differ by at most one, the larger ones first.
  [[nodiscard]] static Partition even(Index total, int parts);
  /// Parts of these sizes.
  [[nodiscard]] static Partition of_sizes(std::span<const Index> sizes);

  [[nodiscard]] int parts() const { return static_cast<int>(offsets_.size()) - 1; }
  [[nodiscard]] Index total() const { return offsets_.back(); }
  [[nodiscard]] Range part(int index) const;
  /// Consecutive parts of about equal weight, for one weight per index. Each part ends where the
  /// running sum comes nearest to its share of the total; without any weight, parts of even size.
  [[nodiscard]] static Partition balanced(std::span<const Index> weights, int parts);

  /// The part that holds this index. @pre 0 <= index < total()
  [[nodiscard]] int owner(Index index) const;

 private:
  explicit Partition(std::vector<Index> offsets) : offsets_(std::move(offsets)) {}

  std::vector<Index> offsets_;
};

/// Who holds what of A (m×n), W (m×k) and H (k×n) on a p_r × p_c process grid.
///
/// Process (i, j) holds block A_ij = row_block(i) × column_block(j). Row block i of W is cut
/// again over the p_c processes of grid row i, column block j of H over the p_r processes of grid
/// column j, so that every row of W and every column of H has exactly one owner. A worked example
/// stands in docs/distribution.md.
class Distribution {
 public:
  /// Blocks of even size.
  Distribution(Index m, Index n, int grid_rows, int grid_columns);
  /// Blocks as cut: rows.parts() × columns.parts() processes.
  Distribution(Partition rows, Partition columns)
      : rows_(std::move(rows)), columns_(std::move(columns)) {}

  [[nodiscard]] Index m() const { return rows_.total(); }
  [[nodiscard]] Index n() const { return columns_.total(); }
  [[nodiscard]] const Partition& rows() const { return rows_; }
  [[nodiscard]] const Partition& columns() const { return columns_; }
  [[nodiscard]] Range row_block(int i) const { return rows_.part(i); }
  [[nodiscard]] Range column_block(int j) const { return columns_.part(j); }
  /// Rows of W (= rows of A, global) that process (i, j) owns.
  [[nodiscard]] Range w_piece(int i, int j) const;
  /// Columns of H (= columns of A, global) that process (i, j) owns.
  [[nodiscard]] Range h_piece(int i, int j) const;

 private:
  Partition rows_;
  Partition columns_;
};

}  // namespace tessera
