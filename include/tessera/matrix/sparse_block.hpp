#pragma once

#include <concepts>
#include <cstdint>

#include "tessera/core/aligned.hpp"
#include "tessera/core/types.hpp"

namespace tessera {

/// Reads the values of some stored entries, by their numbers.
template <class Real>
class StoredValues {
 public:
  /// @param held the value of entry 0, before the others; nullptr: all are 1.
  explicit StoredValues(const Real* held) : held_(held) {}

  [[nodiscard]] Real operator[](std::integral auto entry) const {
    return held_ == nullptr ? Real{1} : held_[entry];
  }
  /// Where they lie; nullptr: nowhere, all are 1.
  [[nodiscard]] const Real* held() const { return held_; }
  /// Those of an entry and what follows it.
  [[nodiscard]] StoredValues from(std::integral auto entry) const {
    return StoredValues(held_ == nullptr ? nullptr : held_ + entry);
  }

 private:
  const Real* held_;
};

/// The block A_ij of one process: the stored entries of some rows and columns of A, compressed by
/// rows (CSR). Offsets are 64-bit; columns are local and 32-bit, which halves what the products
/// have to read. Entries of a row stand by rising column. Values that are all 1, as a graph's, need
/// not be held.
template <class Real>
class SparseBlock {
 public:
  using Column = std::int32_t;

  SparseBlock() : row_offsets_(1) {}
  /// @pre row_offsets has rows.size() + 1 entries that never fall, from 0; local_columns and values
  /// have row_offsets.back() entries, each column in [0, columns.size()); or values has none, where
  /// all are 1.
  /// @throws ShapeError when the lengths do not fit.
  SparseBlock(Range rows, Range columns, AlignedVector<Index> row_offsets,
              AlignedVector<Column> local_columns, AlignedVector<Real> values);

  [[nodiscard]] Range rows() const { return rows_; }        ///< global
  [[nodiscard]] Range columns() const { return columns_; }  ///< global
  [[nodiscard]] Index stored_entries() const { return row_offsets_.back(); }
  [[nodiscard]] const AlignedVector<Index>& row_offsets() const { return row_offsets_; }
  [[nodiscard]] const AlignedVector<Column>& local_columns() const { return local_columns_; }
  [[nodiscard]] StoredValues<Real> values() const {
    return StoredValues<Real>(values_.empty() ? nullptr : values_.data());
  }
  /// All values, to be changed; held from here on.
  [[nodiscard]] AlignedVector<Real>& held_values();
  /// Frees the values if all are 1.
  void imply_ones();
  /// Bytes that one stored entry takes.
  [[nodiscard]] Index entry_bytes() const {
    return Index{sizeof(Column)} + (values_.empty() ? 0 : Index{sizeof(Real)});
  }

 private:
  Range rows_;
  Range columns_;
  AlignedVector<Index> row_offsets_;
  AlignedVector<Column> local_columns_;
  AlignedVector<Real> values_;
};

}  // namespace tessera
