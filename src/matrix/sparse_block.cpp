#include "tessera/matrix/sparse_block.hpp"

#include <algorithm>
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
      (!values_.empty() && std::ssize(values_) != row_offsets_.back())) {
    throw ShapeError("a sparse block of " + std::to_string(rows.size()) + " rows has " +
                     std::to_string(row_offsets_.size()) + " offsets, " +
                     std::to_string(local_columns_.size()) + " columns and " +
                     std::to_string(values_.size()) + " values");
  }
}

template <class Real>
AlignedVector<Real>& SparseBlock<Real>::held_values() {
  if (values_.empty()) {
    values_.assign(local_columns_.size(), Real{1});
  }
  return values_;
}

template <class Real>
void SparseBlock<Real>::imply_ones() {
  if (std::ranges::all_of(values_, [](Real value) { return value == 1; })) {
    AlignedVector<Real>().swap(values_);
  }
}

template class SparseBlock<float>;
template class SparseBlock<double>;

}  // namespace tessera
