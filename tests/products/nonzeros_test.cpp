#include "tessera/products/nonzeros.hpp"

#include <limits>
#include <utility>

#include <gtest/gtest.h>

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::EntryFunction;
using testing::make_data_matrix;
using testing::make_sparse_matrix;
using testing::random_entry;
using testing::test_world;

struct Shape {
  Index m, n;
};
/// Fewer rows and columns than processes, as many, and more.
constexpr Shape kShapes[] = {{1, 1}, {2, 5}, {6, 3}, {17, 12}, {40, 31}};

/// About half of the rows and a third of the columns are empty; one entry is NaN.
double entry_a(Index i, Index j) {
  if (i == 4 && j == 1) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return i % 2 == 0 || j % 3 == 1 || random_entry(21, i, j) < 0.7 ? 0 : random_entry(22, i, j) + 1;
}

/// The definitions, with all entries at hand: non-zero entries of each row, then of each column.
std::pair<std::vector<Index>, std::vector<Index>> count_reference(Index m, Index n,
                                                                  const EntryFunction& entry) {
  std::vector<Index> rows(static_cast<std::size_t>(m));
  std::vector<Index> columns(static_cast<std::size_t>(n));
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j) {
      const Index one = entry(i, j) != 0 ? 1 : 0;
      rows[static_cast<std::size_t>(i)] += one;
      columns[static_cast<std::size_t>(j)] += one;
    }
  }
  return {rows, columns};
}

std::vector<Index> part(const std::vector<Index>& all, Range range) {
  return {all.begin() + range.begin, all.begin() + range.end};
}

void expect_empty(const products::EmptyLines& actual, const std::vector<Index>& counts,
                  Index most) {
  std::vector<Index> empty;
  for (std::size_t at = 0; at < counts.size(); ++at) {
    if (counts[at] == 0) {
      empty.push_back(static_cast<Index>(at));
    }
  }
  EXPECT_EQ(actual.count, std::ssize(empty));
  empty.resize(static_cast<std::size_t>(std::min(std::ssize(empty), most)));
  EXPECT_EQ(actual.first, empty);
}

/// Calls test(grid, m, n) on every grid with every shape.
template <class Test>
void for_each_case(const Test& test) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    for (const auto [m, n] : kShapes) {
      SCOPED_TRACE(::testing::Message()
                   << m << "x" << n << " on grid " << grid_shape.rows << "x" << grid_shape.columns);
      test(grid, m, n);
    }
  }
}

template <class Real>
class Nonzeros : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Nonzeros, Precisions);

TYPED_TEST(Nonzeros, AreCountedOverWholeRowsAndColumns) {
  for_each_case([](const mpi::ProcessGrid& grid, Index m, Index n) {
    const auto [rows, columns] = count_reference(m, n, entry_a);
    for (const auto& a : {make_data_matrix<TypeParam>(grid, m, n, entry_a),
                          make_sparse_matrix<TypeParam>(grid, m, n, entry_a)}) {
      EXPECT_EQ(products::nonzeros_of_rows(a, grid),
                part(rows, a.distribution.row_block(grid.row())));
      EXPECT_EQ(products::nonzeros_of_columns(a, grid),
                part(columns, a.distribution.column_block(grid.column())));
    }
  });
}

TYPED_TEST(Nonzeros, EmptyRowsAndColumnsAreNamedAsTheUserKnowsThem) {
  for_each_case([](const mpi::ProcessGrid& grid, Index m, Index n) {
    const auto [rows, columns] = count_reference(m, n, entry_a);
    const auto row_order = Ordering::shuffled(m, 5);
    const auto column_order = Ordering::shuffled(n, 6);
    const EntryFunction shuffled = [&](Index i, Index j) {
      return entry_a(row_order.original(i), column_order.original(j));
    };
    for (auto a : {make_data_matrix<TypeParam>(grid, m, n, shuffled),
                   make_sparse_matrix<TypeParam>(grid, m, n, shuffled)}) {
      a.row_order = row_order;
      a.column_order = column_order;
      for (const Index most : {0, 3, 100}) {
        expect_empty(products::find_empty_rows(a, most, grid), rows, most);
        expect_empty(products::find_empty_columns(a, most, grid), columns, most);
      }
    }
  });
}

TYPED_TEST(Nonzeros, OfAMatrixOfZerosAllRowsAndColumnsAreEmpty) {
  const EntryFunction zero = [](Index, Index) { return 0.0; };
  for_each_case([&](const mpi::ProcessGrid& grid, Index m, Index n) {
    const auto a = make_data_matrix<TypeParam>(grid, m, n, zero);
    expect_empty(products::find_empty_rows(a, 10, grid),
                 std::vector<Index>(static_cast<std::size_t>(m)), 10);
    expect_empty(products::find_empty_columns(a, 10, grid),
                 std::vector<Index>(static_cast<std::size_t>(n)), 10);
  });
}

}  // namespace
}  // namespace tessera
