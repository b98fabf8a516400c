#include "tessera/products/cooccurrence.hpp"

#include <algorithm>
#include <numeric>
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

double entry_a(Index i, Index j) {
  return random_entry(52, i, j) < 0.6 ? 0 : random_entry(53, i, j) + 1;
}

Index count_reference(Index rows, Index one, Index other) {
  Index count = 0;
  for (Index row = 0; row < rows; ++row) {
    count += entry_a(row, one) != 0 && entry_a(row, other) != 0 ? 1 : 0;
  }
  return count;
}

void expect_counts(const std::vector<Matrix<Index>>& actual, Index rows,
                   const std::vector<std::vector<Index>>& lists) {
  ASSERT_EQ(actual.size(), lists.size());
  for (std::size_t t = 0; t < lists.size(); ++t) {
    ASSERT_EQ(actual[t].rows(), std::ssize(lists[t]));
    for (std::size_t i = 0; i < lists[t].size(); ++i) {
      for (std::size_t j = 0; j < lists[t].size(); ++j) {
        EXPECT_EQ(actual[t](static_cast<Index>(i), static_cast<Index>(j)),
                  count_reference(rows, lists[t][i], lists[t][j]));
      }
    }
  }
}

TEST(CountCooccurrences, IsWhatCountingRowsGives) {
  const mpi::ProcessGrid rows_only(test_world(), {test_world().size(), 1});
  const std::vector<std::vector<Index>> lists = {{7, 0, 3}, {3}, {}, {8, 7, 6, 5, 4}};
  for (const Index rows : {1, 5, 50}) {
    const auto dense = make_data_matrix<float>(rows_only, rows, 9, entry_a);
    expect_counts(products::count_cooccurrences(dense, lists, rows_only), rows, lists);
    const auto sparse = make_sparse_matrix<double>(rows_only, rows, 9, entry_a);
    expect_counts(products::count_cooccurrences(sparse, lists, rows_only), rows, lists);
  }
}

TEST(CountCooccurrences, TakesOriginalColumnsOfAShuffledMatrix) {
  const mpi::ProcessGrid rows_only(test_world(), {test_world().size(), 1});
  const Index n = 9;
  const auto order = Ordering::shuffled(n, 4);
  auto a = make_sparse_matrix<float>(rows_only, 50, n, [&](Index row, Index position) {
    return entry_a(row, order.original(position));
  });
  a.column_order = order;
  const std::vector<std::vector<Index>> lists = {{7, 0, 3}, {1, 2}};
  expect_counts(products::count_cooccurrences(a, lists, rows_only), 50, lists);
}

TEST(CountCooccurrences, NeedsWholeRows) {
  const mpi::ProcessGrid columns(test_world(), {1, test_world().size()});
  const auto a = make_data_matrix<float>(columns, 6, 9, entry_a);
  if (test_world().size() > 1) {
    EXPECT_THROW(products::count_cooccurrences(a, {{1}}, columns), ShapeError);
  }
}

}  // namespace
}  // namespace tessera
