#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "tessera/products/cross.hpp"
#include "tessera/products/gram_message.hpp"
#include "tessera/products/residual.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::gather_factor;
using testing::make_data_matrix;
using testing::make_factors;
using testing::make_sparse_matrix;
using testing::random_entry;
using testing::test_world;

double entry_a(Index i, Index j) { return random_entry(1, i, j); }
double entry_w(Index i, Index l) { return random_entry(2, i, l); }
double entry_h(Index l, Index j) { return random_entry(3, j, l); }

struct Shape {
  Index m, n, k;
};
/// Below, equal to and above the process counts, and with more processes than rows or columns; at
/// last, so many rows that sums over nodes go piece by piece, each in several messages.
constexpr Shape kShapes[] = {{1, 5, 1},   {5, 2, 2},    {6, 6, 3},
                             {41, 29, 5}, {300, 70, 8}, {3001, 40, 16}};

/// Processes that are taken for one node: all, one alone, two, and three, which may leave a rest.
constexpr int kNodeSizes[] = {0, 1, 2, 3};

/// Calls test(grid) for every grid of all processes, on nodes of every size.
template <class Test>
void on_every_grid(Test&& test) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    for (const int node_size : kNodeSizes) {
      SCOPED_TRACE("grid " + shape.to_string() + ", nodes of " + std::to_string(node_size));
      test(mpi::ProcessGrid(test_world(), shape, node_size));
    }
  }
}

TEST(CrossProducts, EqualTheDefinitionOnEveryGrid) {
  on_every_grid([](const mpi::ProcessGrid& grid) {
    for (const auto [m, n, k] : kShapes) {
      const auto a = make_data_matrix<double>(grid, m, n, entry_a);
      const auto factors = make_factors<double>(grid, a.distribution, k, entry_w, entry_h);
      PhaseTimes times;
      products::CrossProducts<double> products(a, grid, k, times);

      const auto cross_w = products.times_h(factors.h.piece.view(), [] {});
      for (Index row = 0; row < cross_w.rows(); ++row) {
        for (Index l = 0; l < k; ++l) {
          double expected = 0;
          for (Index j = 0; j < n; ++j) {
            expected += entry_a(factors.w.owned.begin + row, j) * entry_h(l, j);
          }
          EXPECT_NEAR(cross_w(row, l), expected, 1e-14 * static_cast<double>(n));
        }
      }
      const auto cross_h = products.transposed_times_w(factors.w.piece.view(), [] {});
      for (Index row = 0; row < cross_h.rows(); ++row) {
        for (Index l = 0; l < k; ++l) {
          double expected = 0;
          for (Index i = 0; i < m; ++i) {
            expected += entry_a(i, factors.h.owned.begin + row) * entry_w(i, l);
          }
          EXPECT_NEAR(cross_h(row, l), expected, 1e-14 * static_cast<double>(m));
        }
      }
    }
  });
}

TEST(CrossProducts, AreTheSameToTheBitWithASecondCopyByColumns) {
  const auto entry = [](Index i, Index j) { return (i + 2 * j) % 3 == 0 ? entry_a(i, j) : 0.0; };
  on_every_grid([&](const mpi::ProcessGrid& grid) {
    for (const auto [m, n, k] : kShapes) {
      const auto once = make_sparse_matrix<float>(grid, m, n, entry);
      auto twice = once;
      twice.transposed = transposed_panels(std::get<SparseBlock<float>>(twice.block), k);
      const auto factors = make_factors<float>(grid, once.distribution, k, entry_w, entry_h);
      PhaseTimes times;
      products::CrossProducts<float> expected(once, grid, k, times);
      products::CrossProducts<float> products(twice, grid, k, times);
      EXPECT_TRUE(
          std::ranges::equal(products.transposed_times_w(factors.w.piece.view(), [] {}).span(),
                             expected.transposed_times_w(factors.w.piece.view(), [] {}).span()));
    }
  });
}

/// On one grid column AᵀW alone is exchanged, from several columns of A at a time.
TEST(CrossProducts, AreTheSameToTheBitInPieces) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1}, 1);
  constexpr Index m = 70;
  constexpr Index n = 3001;
  constexpr Index k = 9;
  const auto a = make_data_matrix<float>(grid, m, n, entry_a);
  const auto factors = make_factors<float>(grid, a.distribution, k, entry_w, entry_h);
  PhaseTimes times;
  products::CrossProducts<float> products(a, grid, k, times);
  const auto in_pieces = products.transposed_times_w(factors.w.piece.view(), [] {});
  const std::vector<float> copy(in_pieces.span().begin(), in_pieces.span().end());
  products.pass_once(factors.h.piece.view(), factors.w.piece.view(), [](Range, auto) {});
  EXPECT_TRUE(std::ranges::equal(products.sum_transposed().span(), copy));
}

/// Bytes that all processes together move for one pair of products, by messages.
std::int64_t moved_bytes(const mpi::ProcessGrid& grid, Shape shape) {
  const auto [m, n, k] = shape;
  const auto a = make_data_matrix<float>(grid, m, n, entry_a);
  const auto factors = make_factors<float>(grid, a.distribution, k, entry_w, entry_h);
  PhaseTimes times;
  products::CrossProducts<float> products(a, grid, k, times);
  const auto before = grid.traffic();
  products.times_h(factors.h.piece.view(), [] {});
  products.transposed_times_w(factors.w.piece.view(), [] {});
  const auto moved = grid.traffic() - before;
  const auto total = test_world().sum(moved.bytes_of(mpi::Collective::all_gather) +
                                      moved.bytes_of(mpi::Collective::reduce_scatter));
  EXPECT_EQ(total, test_world().sum(products.predicted_bytes()));
  EXPECT_EQ(total, test_world().sum(products.predicted_bytes_per_pair()));
  return total;
}

TEST(CrossProducts, MoveExactlyTheBytesOfTheFormula) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape, 1);
    for (const auto shape : kShapes) {
      EXPECT_EQ(moved_bytes(grid, shape),
                rows_moved(grid_shape, shape.m, shape.n) * shape.k * Index{sizeof(float)});
    }
  }
}

TEST(CrossProducts, MoveNothingWithinANode) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    for (const auto shape : kShapes) {
      EXPECT_EQ(moved_bytes(grid, shape), 0);
    }
  }
}

/// Rows of processes are nodes: W stays within them, Hᵀ and Aᵀ·W go to each of them.
TEST(CrossProducts, MoveOneCopyToEachNode) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape, grid_shape.columns);
    for (const auto shape : kShapes) {
      EXPECT_EQ(moved_bytes(grid, shape), rows_moved({grid_shape.rows, 1}, shape.m, shape.n) *
                                              shape.k * Index{sizeof(float)});
    }
  }
}

TEST(GramMessage, SumsGramAndRidersOverAllProcesses) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const Index n = 37;
  const Index k = 4;
  const auto a = make_data_matrix<float>(grid, 23, n, entry_a);
  const auto factors = make_factors<float>(grid, a.distribution, k, entry_w, entry_h);
  PhaseTimes times;
  products::GramMessage<float> message(grid.comm(), k, times);
  message.begin(factors.h.piece.view(),
                {.inner_product = 1,
                 .squared_model_norm = 5,
                 .penalty = 6,
                 .squared_projected_gradient = 2,
                 .squared_cross_w = 3,
                 .squared_cross_h = 4,
                 .requests = {.time_out = grid.comm().rank() == 0 ? 1.0 : 0.0}});
  message.progress();
  message.finish();
  const double p = grid.comm().size();
  EXPECT_EQ(message.riders().inner_product, p);
  EXPECT_EQ(message.riders().squared_projected_gradient, 2 * p);
  EXPECT_EQ(message.riders().squared_cross_w, 3 * p);
  EXPECT_EQ(message.riders().squared_cross_h, 4 * p);
  EXPECT_EQ(message.riders().requests.time_out, 1.0);
  for (Index l = 0; l < k; ++l) {
    for (Index q = 0; q < k; ++q) {
      double expected = 0;
      for (Index j = 0; j < n; ++j) {
        expected += static_cast<double>(static_cast<float>(entry_h(l, j))) *
                    static_cast<float>(entry_h(q, j));
      }
      EXPECT_NEAR(message.gram()(l, q), expected, 1e-13 * n);
    }
  }
}

TEST(Residual, EqualsTheDefinitionOnEveryGrid) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    for (const auto [m, n, k] : kShapes) {
      const auto a = make_data_matrix<double>(grid, m, n, entry_a);
      const auto factors = make_factors<double>(grid, a.distribution, k, entry_w, entry_h);
      double expected = 0;
      for (Index i = 0; i < m; ++i) {
        for (Index j = 0; j < n; ++j) {
          double difference = entry_a(i, j);
          for (Index l = 0; l < k; ++l) {
            difference -= entry_w(i, l) * entry_h(l, j);
          }
          expected += difference * difference;
        }
      }
      EXPECT_NEAR(products::squared_residual(a, grid, factors), expected, 1e-12 * expected);
    }
  }
}

}  // namespace
}  // namespace tessera
