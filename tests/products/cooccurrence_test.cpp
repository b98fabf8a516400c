#include "tessera/products/cooccurrence.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"
#include "tessera/products/largest.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using products::RankedEntry;
using testing::make_data_matrix;
using testing::make_sparse_matrix;
using testing::random_entry;
using testing::test_world;

/// Many ties, zeros, and a column without any weight.
double entry_w(Index row, Index l) {
  return l == 1 ? 0 : static_cast<double>(static_cast<int>(6 * random_entry(51, row, l)));
}

template <class Real>
Factor<Real> make_factor(Index rows, Index rank) {
  const auto cut = Partition::even(rows, test_world().size());
  Factor<Real> factor(rows, cut.part(test_world().rank()), rank);
  for (Index local = 0; local < factor.owned.size(); ++local) {
    for (Index l = 0; l < rank; ++l) {
      factor.piece(local, l) = static_cast<Real>(entry_w(factor.owned.begin + local, l));
    }
  }
  return factor;
}

/// By sorting all of a column.
std::vector<RankedEntry> reference(Index rows, Index l, Index most) {
  std::vector<RankedEntry> all;
  for (Index row = 0; row < rows; ++row) {
    if (entry_w(row, l) > 0) {
      all.push_back({row, entry_w(row, l)});
    }
  }
  std::ranges::stable_sort(all, std::greater{}, &RankedEntry::value);
  all.resize(static_cast<std::size_t>(std::min(most, static_cast<Index>(all.size()))));
  return all;
}

template <class Real>
class LargestOfColumns : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(LargestOfColumns, Reals);

TYPED_TEST(LargestOfColumns, AreThoseOfTheWholeColumn) {
  for (const Index rows : {1, 4, 40}) {
    for (const Index rank : {1, 3}) {
      const auto factor = make_factor<TypeParam>(rows, rank);
      for (const Index most : {0, 1, 5, 1000}) {
        const auto actual = products::largest_of_columns(factor, most, test_world());
        ASSERT_EQ(std::ssize(actual), rank);
        for (Index l = 0; l < rank; ++l) {
          EXPECT_EQ(actual[static_cast<std::size_t>(l)], reference(rows, l, most));
        }
      }
    }
  }
}

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
