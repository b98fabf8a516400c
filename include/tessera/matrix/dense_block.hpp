#pragma once

#include <utility>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera {

/// The block A_ij of one process: all entries of some rows and columns of A, row-major.
template <class Real>
class DenseBlock {
 public:
  DenseBlock() = default;
  /// A block of zeros.
  DenseBlock(Range rows, Range columns)
      : DenseBlock(rows, columns, Matrix<Real>(rows.size(), columns.size())) {}
  /// @pre entries is rows.size() × columns.size(). @throws ShapeError.
  DenseBlock(Range rows, Range columns, Matrix<Real> entries)
      : rows_(rows), columns_(columns), entries_(std::move(entries)) {
    require_shape("a dense block", entries_, rows.size(), columns.size());
  }

  [[nodiscard]] Range rows() const { return rows_; }        ///< global
  [[nodiscard]] Range columns() const { return columns_; }  ///< global
  [[nodiscard]] Index stored_entries() const { return entries_.size(); }
  [[nodiscard]] MatrixView<Real> entries() { return entries_.view(); }
  [[nodiscard]] ConstMatrixView<Real> entries() const { return entries_.view(); }

 private:
  Range rows_;
  Range columns_;
  Matrix<Real> entries_;
};

}  // namespace tessera
