#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/matrix/sparse_block.hpp"

namespace tessera {

/// Some columns of each of some rows, by rising column; local and 32-bit as in SparseBlock.
struct ColumnLists {
  std::vector<Index> offsets = {0};   ///< rows + 1
  std::vector<std::int32_t> columns;  ///< of one row behind those of another

  [[nodiscard]] Index rows() const { return std::ssize(offsets) - 1; }
  [[nodiscard]] std::span<const std::int32_t> of(Index row) const {
    const auto at = static_cast<std::size_t>(row);
    return std::span(columns).subspan(static_cast<std::size_t>(offsets[at]),
                                      static_cast<std::size_t>(offsets[at + 1] - offsets[at]));
  }
  /// Appends a row.
  void add(std::span<const std::int32_t> row) {
    columns.insert(columns.end(), row.begin(), row.end());
    offsets.push_back(std::ssize(columns));
  }
};

/// The stored entries of each row for which keep(value) is true.
template <class Real, class Keep>
[[nodiscard]] ColumnLists columns_where(const SparseBlock<Real>& block, Keep&& keep) {
  ColumnLists lists;
  for (Index row = 0; row < block.rows().size(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    for (Index entry = block.row_offsets()[at]; entry < block.row_offsets()[at + 1]; ++entry) {
      if (keep(block.values()[entry])) {
        lists.columns.push_back(block.local_columns()[static_cast<std::size_t>(entry)]);
      }
    }
    lists.offsets.push_back(std::ssize(lists.columns));
  }
  return lists;
}

}  // namespace tessera
