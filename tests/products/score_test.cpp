#include "tessera/products/score.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"
#include "tessera/products/cross.hpp"
#include "tessera/products/residual.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using products::Score;
using testing::all_grid_shapes;
using testing::make_data_matrix;
using testing::make_factors;
using testing::make_sparse_matrix;
using testing::random_entry;
using testing::test_world;

constexpr Index kRank = 3;

double entry_a(Index i, Index j) {
  return random_entry(41, i, j) < 0.6 ? 0 : 4 * random_entry(42, i, j);
}
double entry_w(Index i, Index l) { return random_entry(43, i, l); }
double entry_h(Index l, Index j) { return random_entry(44, j, l); }
double prediction(Index i, Index j) {
  double sum = 0;
  for (Index l = 0; l < kRank; ++l) {
    sum += entry_w(i, l) * entry_h(l, j);
  }
  return sum;
}
/// What make_sparse_matrix() stores.
bool is_stored(Index i, Index j) { return entry_a(i, j) != 0 || (i + j) % 5 == 0; }
double weight(Index i, Index j) { return 1 + static_cast<double>((i + 2 * j) % 3); }

/// The definitions over the places of an m×n matrix that `selected` selects.
template <class Selected>
Score reference(Index m, Index n, const kernels::Scoring& scoring, Selected&& selected) {
  Score score;
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j) {
      if (!selected(i, j)) {
        continue;
      }
      const double a = entry_a(i, j);
      const double x = scoring.clip(prediction(i, j));
      const double floored = std::max(x, scoring.floor);
      score.entries += 1;
      score.rmse += (a - x) * (a - x);
      score.mae += std::abs(a - x);
      score.kl += (a == 0 ? 0 : a * std::log(a / floored)) - a + x;
    }
  }
  return {score.entries, std::sqrt(score.rmse / score.entries), score.mae / score.entries,
          score.kl / score.entries};
}

void expect_near(const Score& actual, const Score& expected) {
  EXPECT_EQ(actual.entries, expected.entries);
  EXPECT_NEAR(actual.rmse, expected.rmse, 1e-12);
  EXPECT_NEAR(actual.mae, expected.mae, 1e-12);
  EXPECT_NEAR(actual.kl, expected.kl, 1e-12);
}

struct Shape {
  Index m, n;
};
constexpr Shape kShapes[] = {{1, 5}, {5, 2}, {6, 6}, {41, 29}};

/// Calls test(grid, m, n) on every grid with every shape.
template <class Test>
void for_each_case(const Test& test) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    for (const auto [m, n] : kShapes) {
      SCOPED_TRACE(::testing::Message() << m << "x" << n << " on grid " << grid_shape.to_string());
      test(grid, m, n);
    }
  }
}

DataMatrix<double> observed(DataMatrix<double> a, const mpi::ProcessGrid& grid) {
  a.observed_only = true;
  double weighted_norm = 0;
  for_each_entry(std::get<SparseBlock<double>>(a.block), [&](Index i, Index j, double value) {
    a.weights.push_back(weight(i, j));
    weighted_norm += weight(i, j) * value * value;
  });
  a.summary.squared_norm = grid.comm().sum(weighted_norm);
  return a;
}

const kernels::Scoring kPlain{{}, 1e-7};
const kernels::Scoring kClipped{{0.3, 0.9}, 1e-7};

TEST(Score, OfADenseMatrixIsOverAllEntries) {
  for_each_case([](const mpi::ProcessGrid& grid, Index m, Index n) {
    const auto a = make_data_matrix<double>(grid, m, n, entry_a);
    const auto factors = make_factors<double>(grid, a.distribution, kRank, entry_w, entry_h);
    for (const auto& scoring : {kPlain, kClipped}) {
      expect_near(products::score(a, grid, factors, scoring),
                  reference(m, n, scoring, [](Index, Index) { return true; }));
    }
  });
}

TEST(Score, OfObservedEntriesIsOverThese) {
  for_each_case([](const mpi::ProcessGrid& grid, Index m, Index n) {
    const auto a = observed(make_sparse_matrix<double>(grid, m, n, entry_a), grid);
    const auto factors = make_factors<double>(grid, a.distribution, kRank, entry_w, entry_h);
    PhaseTimes times;
    products::CrossProducts<double> products(a, grid, kRank, times);
    const auto w = products.gather_w(factors.w.piece.view());
    const auto h = products.gather_h(factors.h.piece.view());
    for (const auto& scoring : {kPlain, kClipped}) {
      const auto expected = reference(m, n, scoring, is_stored);
      expect_near(products::score(a, grid, factors, scoring), expected);
      const auto& entries = std::get<SparseBlock<double>>(a.block);
      expect_near(products::score(entries, w, h, scoring, grid.comm()), expected);
      auto b = make_data_matrix<double>(grid, m, n, entry_a);
      b.held_out = entries;
      expect_near(products::score_held_out(b, grid, factors, scoring), expected);
    }
  });
}

TEST(Score, OfASparseMatrixCountsItsZeros) {
  for_each_case([](const mpi::ProcessGrid& grid, Index m, Index n) {
    const auto a = make_sparse_matrix<double>(grid, m, n, entry_a);
    const auto factors = make_factors<double>(grid, a.distribution, kRank, entry_w, entry_h);
    auto actual = products::score(a, grid, factors, kPlain);
    auto expected = reference(m, n, kPlain, [](Index, Index) { return true; });
    EXPECT_TRUE(std::isnan(actual.mae));
    actual.mae = expected.mae = 0;
    expect_near(actual, expected);
    EXPECT_THROW(static_cast<void>(products::score(a, grid, factors, kClipped)), ShapeError);
  });
}

TEST(Score, OfNothingIsNotANumber) {
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  const Matrix<double> empty(0, kRank);
  const auto score = products::score<double>(SparseBlock<double>(), empty.view(), empty.view(),
                                             kPlain, grid.comm());
  EXPECT_EQ(score.entries, 0);
  EXPECT_TRUE(std::isnan(score.rmse) && std::isnan(score.mae) && std::isnan(score.kl));
}

TEST(SquaredResidual, OfObservedEntriesIsWeighted) {
  for_each_case([](const mpi::ProcessGrid& grid, Index m, Index n) {
    const auto a = observed(make_sparse_matrix<double>(grid, m, n, entry_a), grid);
    const auto factors = make_factors<double>(grid, a.distribution, kRank, entry_w, entry_h);
    double expected = 0;
    for (Index i = 0; i < m; ++i) {
      for (Index j = 0; j < n; ++j) {
        expected +=
            is_stored(i, j) ? weight(i, j) * std::pow(entry_a(i, j) - prediction(i, j), 2) : 0.0;
      }
    }
    EXPECT_NEAR(products::squared_residual(a, grid, factors), expected, 1e-12 * expected);
  });
}

}  // namespace
}  // namespace tessera
