#include "tessera/matrix/sparse_block.hpp"

#include <string>
#include <utility>

#include "tessera/core/error.hpp"

namespace tessera {

template <class Real>
SparseBlock<Real>::SparseBlock(Range rows, Range columns, AlignedVector<Index> row_offsets,
                               AlignedVector<Column> local_columns, AlignedVector<Real> values)
    : rows_(rows),
      columns_(columns),
      row_offsets_(std::move(row_offsets)),
      local_columns_(std::move(local_columns)),
      values_(std::move(values)) {
  if (std::ssize(row_offsets_) != rows.size() + 1 ||
      std::ssize(local_columns_) != row_offsets_.back() ||
      std::ssize(values_) != row_offsets_.back()) {
    throw ShapeError("a sparse block of " + std::to_string(rows.size()) + " rows has " +
                     std::to_string(row_offsets_.size()) + " offsets, " +
                     std::to_string(local_columns_.size()) + " columns and " +
                     std::to_string(values_.size()) + " values");
  }
}

template class SparseBlock<float>;
template class SparseBlock<double>;

}  // namespace tessera
