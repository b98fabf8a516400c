#include "tessera/products/by_columns.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::make_data_matrix;
using testing::make_sparse_matrix;
using testing::random_entry;
using testing::test_world;

/// About a third of the entries; row 2 and column 1 are empty but for stored zeros.
double entry_a(Index i, Index j) {
  return i == 2 || j == 1 || random_entry(31, i, j) < 0.6 ? 0 : random_entry(32, i, j) + 1;
}
double weight(Index i, Index j) { return 1 + static_cast<double>((3 * i + j) % 4); }

/// An observed A on p×1 processes, as make_sparse_matrix() stores it.
template <class Real>
DataMatrix<Real> make_observed(const mpi::ProcessGrid& grid, Index m, Index n, bool weighted) {
  auto a = make_sparse_matrix<Real>(grid, m, n, entry_a);
  a.observed_only = true;
  if (weighted) {
    for_each_entry(std::get<SparseBlock<Real>>(a.block), [&](Index i, Index j, Real) {
      a.weights.push_back(static_cast<Real>(weight(i, j)));
    });
  }
  return a;
}

template <class Real>
class ByColumns : public ::testing::Test {
 protected:
  /// The rows of Aᵀ that this process gets, from the definition of A.
  static void expect_transpose(const WeightedBlock<Real>& copy, Range own, Index m, bool weighted) {
    EXPECT_EQ(copy.block.rows(), own);
    EXPECT_EQ(copy.block.columns(), (Range{0, m}));
    std::vector<std::tuple<Index, Index, Real>> actual;
    for_each_entry(copy.block, [&](Index column, Index row, Real value) {
      actual.emplace_back(column, row, value);
    });
    std::vector<std::tuple<Index, Index, Real>> expected;
    AlignedVector<Real> weights;
    for (Index j = own.begin; j < own.end; ++j) {
      for (Index i = 0; i < m; ++i) {
        if (entry_a(i, j) != 0 || (i + j) % 5 == 0) {
          expected.emplace_back(j, i, static_cast<Real>(entry_a(i, j)));
          weights.push_back(static_cast<Real>(weight(i, j)));
        }
      }
    }
    EXPECT_EQ(actual, expected);
    if (weighted) {
      EXPECT_EQ(copy.weights, weights);
    } else {
      EXPECT_TRUE(copy.weights.empty());
    }
  }
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(ByColumns, Precisions);

TYPED_TEST(ByColumns, IsTheTranspose) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const std::pair<Index, Index> shapes[] = {{1, 1}, {2, 5}, {5, 2}, {6, 6}, {40, 31}, {7, 60}};
  for (const auto& [m, n] : shapes) {
    for (const bool weighted : {false, true}) {
      SCOPED_TRACE(::testing::Message() << m << "x" << n << ", weighted " << weighted);
      const auto a = make_observed<TypeParam>(grid, m, n, weighted);
      this->expect_transpose(products::by_columns(a, grid), a.distribution.h_piece(grid.row(), 0),
                             m, weighted);
    }
  }
}

TYPED_TEST(ByColumns, SpeaksOfPositionsWhateverTheOrder) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  auto a = make_observed<TypeParam>(grid, 23, 14, true);
  a.row_order = Ordering::shuffled(23, 1);
  a.column_order = Ordering::shuffled(14, 2);
  this->expect_transpose(products::by_columns(a, grid), a.distribution.h_piece(grid.row(), 0), 23,
                         true);
}

TYPED_TEST(ByColumns, FollowsUnevenRowBlocks) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const Index m = 30;
  const Index n = 17;
  // All rows on the last process but two, the others empty.
  std::vector<Index> counts(static_cast<std::size_t>(m));
  counts[static_cast<std::size_t>(m) - 1] = 1;
  Distribution uneven(Partition::balanced(counts, test_world().size()), Partition::even(n, 1));
  const Range rows = uneven.row_block(grid.row());
  AlignedVector<Index> offsets{0};
  AlignedVector<std::int32_t> columns;
  AlignedVector<TypeParam> values;
  for (Index i = rows.begin; i < rows.end; ++i) {
    for (Index j = 0; j < n; ++j) {
      if (entry_a(i, j) != 0 || (i + j) % 5 == 0) {
        columns.push_back(static_cast<std::int32_t>(j));
        values.push_back(static_cast<TypeParam>(entry_a(i, j)));
      }
    }
    offsets.push_back(std::ssize(values));
  }
  const DataMatrix<TypeParam> a{uneven,
                                SparseBlock<TypeParam>(rows, {0, n}, std::move(offsets),
                                                       std::move(columns), std::move(values)),
                                {}};
  this->expect_transpose(products::by_columns(a, grid), uneven.h_piece(grid.row(), 0), m, false);
}

TYPED_TEST(ByColumns, SendsManyEntriesInPieces) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  // More entries than one piece holds, even on six processes.
  const Index m = 2400;
  const Index n = 1400;
  const auto full = make_data_matrix<TypeParam>(
      grid, m, n, [](Index i, Index j) { return static_cast<double>(i * 1400 + j + 1); });
  DataMatrix<TypeParam> a{
      full.distribution, to_sparse(std::get<DenseBlock<TypeParam>>(full.block)), {}};
  const auto copy = products::by_columns(a, grid);
  Index wrong = 0;
  Index at = 0;
  for_each_entry(copy.block, [&](Index column, Index row, TypeParam value) {
    const Index own_column = a.distribution.h_piece(grid.row(), 0).begin + at / m;
    wrong += column != own_column || row != at % m ||
                     value != static_cast<TypeParam>(row * 1400 + column + 1)
                 ? 1
                 : 0;
    ++at;
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(at, a.distribution.h_piece(grid.row(), 0).size() * m);
}

TYPED_TEST(ByColumns, NeedsWholeRows) {
  const mpi::ProcessGrid wide(test_world(), {1, test_world().size()});
  if (test_world().size() > 1) {
    const auto a = make_observed<TypeParam>(wide, 6, 6, false);
    EXPECT_THROW(static_cast<void>(products::by_columns(a, wide)), ShapeError);
  }
  const auto dense = make_data_matrix<TypeParam>(wide, 6, 6, entry_a);
  EXPECT_THROW(static_cast<void>(products::by_columns(dense, wide)), ShapeError);
}

}  // namespace
}  // namespace tessera
