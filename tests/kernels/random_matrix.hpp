#pragma once

#include "tessera/core/random.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/matrix/sparse_block.hpp"

/// Operands for the tests of kernels: entries in [0, 1), functions of seed and place.
namespace tessera::testing {

inline double uniform(std::uint64_t seed, Index row, Index column) {
  return random::uniform(seed, random::Stream::generate_noise, row, column);
}

template <class Real>
Matrix<Real> random_matrix(Index rows, Index columns, std::uint64_t seed) {
  Matrix<Real> matrix(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      matrix(i, j) = static_cast<Real>(uniform(seed, i, j));
    }
  }
  return matrix;
}

/// A tenth of the entries are not zero; every fourth row is empty.
template <class Real>
Matrix<Real> random_sparse(Index rows, Index columns) {
  Matrix<Real> matrix = random_matrix<Real>(rows, columns, 1);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      if (i % 4 == 3 || uniform(2, i, j) > 0.1) {
        matrix(i, j) = 0;
      }
    }
  }
  return matrix;
}

/// The block at global rows 1000... and columns 2000..., so that global and local differ.
template <class Real>
SparseBlock<Real> compress(const Matrix<Real>& matrix) {
  AlignedVector<Index> offsets{0};
  AlignedVector<std::int32_t> columns;
  AlignedVector<Real> values;
  for (Index i = 0; i < matrix.rows(); ++i) {
    for (Index j = 0; j < matrix.columns(); ++j) {
      if (matrix(i, j) != 0) {
        columns.push_back(static_cast<std::int32_t>(j));
        values.push_back(matrix(i, j));
      }
    }
    offsets.push_back(std::ssize(values));
  }
  return {{1000, 1000 + matrix.rows()}, {2000, 2000 + matrix.columns()}, offsets, columns, values};
}

/// A block whose values are all 1, where random_sparse() is not zero, and once more without them.
template <class Real>
struct Ones {
  SparseBlock<Real> held;
  SparseBlock<Real> implied;
};
template <class Real>
Ones<Real> ones(Index rows, Index columns) {
  const auto block = compress(random_sparse<Real>(rows, columns));
  return {{block.rows(), block.columns(), block.row_offsets(), block.local_columns(),
           AlignedVector<Real>(block.local_columns().size(), Real{1})},
          {block.rows(), block.columns(), block.row_offsets(), block.local_columns(), {}}};
}

}  // namespace tessera::testing
