#pragma once

#include <cstdint>

#include "tessera/core/aligned.hpp"
#include "tessera/core/types.hpp"

namespace tessera {

/// The block A_ij of one process: the stored entries of some rows and columns of A, compressed by
/// rows (CSR). Offsets are 64-bit; columns are local and 32-bit, which halves what the products
/// have to read. Entries of a row stand by rising column.
template <class Real>
class SparseBlock {
 public:
  using Column = std::int32_t;

  SparseBlock() : row_offsets_(1) {}
  /// @pre row_offsets has rows.size() + 1 entries that never fall, from 0; local_columns and values
  /// have row_offsets.back() entries, each column in [0, columns.size()).
  /// @throws ShapeError when the lengths do not fit.
  SparseBlock(Range rows, Range columns, AlignedVector<Index> row_offsets,
              AlignedVector<Column> local_columns, AlignedVector<Real> values);

  [[nodiscard]] Range rows() const { return rows_; }        ///< global
  [[nodiscard]] Range columns() const { return columns_; }  ///< global
  [[nodiscard]] Index stored_entries() const { return row_offsets_.back(); }
  [[nodiscard]] const AlignedVector<Index>& row_offsets() const { return row_offsets_; }
  [[nodiscard]] const AlignedVector<Column>& local_columns() const { return local_columns_; }
  [[nodiscard]] const AlignedVector<Real>& values() const { return values_; }
  [[nodiscard]] AlignedVector<Real>& values() { return values_; }

 private:
  Range rows_;
  Range columns_;
  AlignedVector<Index> row_offsets_;
  AlignedVector<Column> local_columns_;
  AlignedVector<Real> values_;
};

}  // namespace tessera
