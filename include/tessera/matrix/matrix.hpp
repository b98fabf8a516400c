#pragma once

#include <span>
#include <string>
#include <type_traits>

#include "tessera/core/aligned.hpp"
#include "tessera/core/error.hpp"
#include "tessera/core/types.hpp"

namespace tessera {

/// A rows × columns matrix somewhere else, row-major without gaps. T may be const.
template <class T>
class MatrixView {
 public:
  MatrixView() = default;
  MatrixView(T* data, Index rows, Index columns) : data_(data), rows_(rows), columns_(columns) {}
  /// A view of non-const entries is a view of const ones.
  template <class U>
  requires std::is_same_v<const U, T> MatrixView(const MatrixView<U>& other)
      : MatrixView(other.data(), other.rows(), other.columns()) {}

  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] Index columns() const { return columns_; }
  [[nodiscard]] Index size() const { return rows_ * columns_; }
  [[nodiscard]] T* row(Index i) const { return data_ + i * columns_; }
  [[nodiscard]] T& operator()(Index i, Index j) const { return data_[i * columns_ + j]; }
  /// Rows [range.begin, range.end).
  [[nodiscard]] MatrixView rows(Range range) const {
    return {row(range.begin), range.size(), columns_};
  }
  [[nodiscard]] std::span<T> span() const { return {data_, static_cast<std::size_t>(size())}; }

 private:
  T* data_ = nullptr;
  Index rows_ = 0;
  Index columns_ = 0;
};

template <class T>
using ConstMatrixView = MatrixView<const T>;

/// A matrix that owns its entries: row-major, 64-byte aligned, zero at first.
template <class T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(Index rows, Index columns)
      : entries_(static_cast<std::size_t>(rows * columns)), rows_(rows), columns_(columns) {}

  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] Index columns() const { return columns_; }
  [[nodiscard]] Index size() const { return rows_ * columns_; }
  [[nodiscard]] T& operator()(Index i, Index j) {
    return entries_[static_cast<std::size_t>(i * columns_ + j)];
  }
  [[nodiscard]] const T& operator()(Index i, Index j) const {
    return entries_[static_cast<std::size_t>(i * columns_ + j)];
  }
  [[nodiscard]] MatrixView<T> view() { return {entries_.data(), rows_, columns_}; }
  [[nodiscard]] ConstMatrixView<T> view() const { return {entries_.data(), rows_, columns_}; }
  [[nodiscard]] std::span<T> span() { return entries_; }
  [[nodiscard]] std::span<const T> span() const { return entries_; }

 private:
  AlignedVector<T> entries_;
  Index rows_ = 0;
  Index columns_ = 0;
};

/// Names both shapes. @throws ShapeError unless `actual` is rows × columns.
template <class View>
void require_shape(const char* name, const View& actual, Index rows, Index columns) {
  if (actual.rows() != rows || actual.columns() != columns) {
    throw ShapeError(std::string(name) + " is " + std::to_string(actual.rows()) + "x" +
                     std::to_string(actual.columns()) + ", but must be " + std::to_string(rows) +
                     "x" + std::to_string(columns));
  }
}

}  // namespace tessera
