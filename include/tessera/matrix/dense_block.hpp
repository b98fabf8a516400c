#pragma once

#include <cstdint>
#include <optional>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera {

/// An entry that no factorization can take, with its global place.
struct InvalidEntry {
  Index row = 0;
  Index column = 0;
  double value = 0;
};

/// The block A_ij of one process: all entries of some rows and columns of A, row-major.
template <class Real>
class DenseBlock {
 public:
  DenseBlock() = default;
  /// A block of zeros.
  DenseBlock(Range rows, Range columns)
      : rows_(rows), columns_(columns), entries_(rows.size(), columns.size()) {}

  [[nodiscard]] Range rows() const { return rows_; }        ///< global
  [[nodiscard]] Range columns() const { return columns_; }  ///< global
  [[nodiscard]] MatrixView<Real> entries() { return entries_.view(); }
  [[nodiscard]] ConstMatrixView<Real> entries() const { return entries_.view(); }

 private:
  Range rows_;
  Range columns_;
  Matrix<Real> entries_;
};

/// Numbers about the entries of one block that add up, or combine, over blocks.
struct BlockStatistics {
  double sum = 0;
  double sum_of_squares = 0;
  double minimum = 0;  ///< over all finite entries; 0 for an empty block
  double maximum = 0;
  Index nonzeros = 0;
  Index not_finite = 0;
  Index negative = 0;
  /// Order-free hash of (row, column, value) over the non-zero entries: the same for a matrix
  /// however it is cut.
  std::uint64_t fingerprint = 0;
};

template <class Real>
[[nodiscard]] BlockStatistics statistics(const DenseBlock<Real>& block);

/// The first negative, NaN or infinite entry in row-major order.
template <class Real>
[[nodiscard]] std::optional<InvalidEntry> find_invalid(const DenseBlock<Real>& block);

}  // namespace tessera
