#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "tessera/core/random.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

/// Matrices and factors for tests, given by functions of global indices, so that they are the same
/// however many processes hold them.
namespace tessera::testing {

using EntryFunction = std::function<double(Index, Index)>;

template <class Real>
DataMatrix<Real> with_summary(const mpi::ProcessGrid& grid, Distribution distribution,
                              Block<Real> block) {
  const auto local = std::visit([](const auto& any) { return statistics(any); }, block);
  const auto stored = std::visit([](const auto& any) { return any.stored_entries(); }, block);
  const auto entries = static_cast<double>(distribution.m() * distribution.n());
  MatrixSummary summary;
  summary.squared_norm = grid.comm().sum(local.sum_of_squares);
  summary.stored_entries = grid.comm().sum(stored);
  summary.total_weight = entries;
  summary.mean = grid.comm().sum(local.sum) / entries;
  return {std::move(distribution), std::move(block), summary};
}

/// A is m×n with the given entries, distributed over the grid.
template <class Real>
DataMatrix<Real> make_data_matrix(const mpi::ProcessGrid& grid, Index m, Index n,
                                  const EntryFunction& entry) {
  Distribution distribution(m, n, grid.shape().rows, grid.shape().columns);
  DenseBlock<Real> block(distribution.row_block(grid.row()),
                         distribution.column_block(grid.column()));
  for (Index i = 0; i < block.rows().size(); ++i) {
    for (Index j = 0; j < block.columns().size(); ++j) {
      block.entries()(i, j) =
          static_cast<Real>(entry(block.rows().begin + i, block.columns().begin + j));
    }
  }
  return with_summary<Real>(grid, std::move(distribution), std::move(block));
}

/// The same matrix as make_data_matrix(), stored sparse, with a stored zero wherever i + j is a
/// multiple of five.
template <class Real>
DataMatrix<Real> make_sparse_matrix(const mpi::ProcessGrid& grid, Index m, Index n,
                                    const EntryFunction& entry) {
  Distribution distribution(m, n, grid.shape().rows, grid.shape().columns);
  const Range rows = distribution.row_block(grid.row());
  const Range columns = distribution.column_block(grid.column());
  AlignedVector<Index> offsets{0};
  AlignedVector<std::int32_t> local_columns;
  AlignedVector<Real> values;
  for (Index i = rows.begin; i < rows.end; ++i) {
    for (Index j = columns.begin; j < columns.end; ++j) {
      if (entry(i, j) != 0 || (i + j) % 5 == 0) {
        local_columns.push_back(static_cast<std::int32_t>(j - columns.begin));
        values.push_back(static_cast<Real>(entry(i, j)));
      }
    }
    offsets.push_back(std::ssize(values));
  }
  return with_summary<Real>(grid, std::move(distribution),
                            SparseBlock<Real>(rows, columns, std::move(offsets),
                                              std::move(local_columns), std::move(values)));
}

/// W (m×k) and H (k×n) with the given entries; `h` is called with (component, column).
template <class Real>
FactorPair<Real> make_factors(const mpi::ProcessGrid& grid, const Distribution& distribution,
                              Index rank, const EntryFunction& w, const EntryFunction& h) {
  FactorPair<Real> factors{
      Factor<Real>(distribution.m(), distribution.w_piece(grid.row(), grid.column()), rank),
      Factor<Real>(distribution.n(), distribution.h_piece(grid.row(), grid.column()), rank)};
  for (Index l = 0; l < rank; ++l) {
    for (Index row = 0; row < factors.w.owned.size(); ++row) {
      factors.w.piece(row, l) = static_cast<Real>(w(factors.w.owned.begin + row, l));
    }
    for (Index row = 0; row < factors.h.owned.size(); ++row) {
      factors.h.piece(row, l) = static_cast<Real>(h(l, factors.h.owned.begin + row));
    }
  }
  return factors;
}

/// All rows of a distributed factor, on every process.
template <class Real>
Matrix<double> gather_factor(const Factor<Real>& factor, const mpi::Communicator& comm) {
  Matrix<double> all(factor.global_rows, factor.rank());
  for (Index row = 0; row < factor.owned.size(); ++row) {
    for (Index l = 0; l < factor.rank(); ++l) {
      all(factor.owned.begin + row, l) = factor.piece(row, l);
    }
  }
  comm.all_reduce_sum(all.span());
  return all;
}

/// A uniform variate on [0, 1), a function of (seed, row, column).
inline double random_entry(std::uint64_t seed, Index row, Index column) {
  return random::uniform(seed, random::Stream::generate_noise, row, column);
}

}  // namespace tessera::testing
