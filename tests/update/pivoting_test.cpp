#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "tessera/update/anls_bpp.hpp"
#include "tessera/update/exact.hpp"

#include "exact_problem.hpp"

namespace tessera {
namespace {

using testing::expect_kkt;
using testing::make_subproblem;
using testing::row_objective;
using testing::Subproblem;
using testing::update;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

/// Block pivoting or active sets with a limit of their own.
template <class Method>
update::Diagnostics update_with_limit(Index limit, Subproblem<double>& problem) {
  const Index rows = problem.factor.rows();
  const Index k = problem.gram.rows();
  update::Exact<double> rule({.rows = rows, .rank = k}, std::make_unique<Method>(rows, k, limit));
  rule.update(problem.gram.view(), problem.cross.view(), problem.factor.view());
  return rule.diagnostics();
}

TEST(BlockPivoting, FallsBackToActiveSetsWhenItMayNotExchange) {
  auto problem = make_subproblem<double>(40, 10, 73);
  auto expected = problem;
  const auto diagnostics = update_with_limit<update::BlockPivoting>(0, problem);
  update(Algorithm::anls_active_set, expected);
  EXPECT_GT(diagnostics.fallback_rows, 0);
  EXPECT_LE(diagnostics.fallback_rows, 40);
  EXPECT_EQ(diagnostics.unfinished_rows, 0);
  expect_kkt(problem);
  for (std::size_t i = 0; i < expected.factor.span().size(); ++i) {
    EXPECT_NEAR(problem.factor.span()[i], expected.factor.span()[i], 1e-11);
  }
}

TEST(BlockPivoting, ExchangesOneIndexAfterThreeRoundsWithoutProgress) {
  constexpr Index kRank = 70;
  update::BlockPivoting pivoting(1, kRank);
  update::IndexSets sets(1, kRank);
  AlignedVector<double> coefficients(static_cast<std::size_t>(kRank), -1.0);
  const AlignedVector<double> gradient(coefficients);
  update::PassiveSolution solution{.row = 0,
                                   .incoming = coefficients,
                                   .coefficients = coefficients,
                                   .gradient = gradient,
                                   .noise = 0.5,
                                   .passive = sets[0]};
  pivoting.begin(0);
  for (int round = 0; round < 4; ++round) {  // the first improves on nothing known before
    EXPECT_TRUE(pivoting.exchange(solution));
    EXPECT_EQ(update::count(sets[0]), round % 2 == 0 ? kRank : 0);
  }
  EXPECT_TRUE(pivoting.exchange(solution));
  EXPECT_EQ(update::count(sets[0]), 1);
  EXPECT_TRUE(update::contains(sets[0], kRank - 1));
  // Fewer than ever: all of them change again.
  coefficients.assign(coefficients.size(), 1.0);
  const AlignedVector<double> two_negative = [&] {
    AlignedVector<double> values(coefficients);
    values[5] = values[68] = -1.0;
    return values;
  }();
  solution.gradient = two_negative;
  EXPECT_TRUE(pivoting.exchange(solution));
  EXPECT_EQ(update::count(sets[0]), 3);
}

TEST(BlockPivoting, TakesAGradientWithinItsNoiseForZero) {
  update::BlockPivoting pivoting(1, 2);
  update::IndexSets sets(1, 2);
  std::array<double, 2> coefficients = {1.0, 0.0};
  const std::array<double, 2> gradient = {-1.0, -1e-15};
  update::insert(sets[0], 0);
  update::PassiveSolution solution{.row = 0,
                                   .incoming = coefficients,
                                   .coefficients = coefficients,
                                   .gradient = gradient,
                                   .noise = 1e-15,
                                   .passive = sets[0]};
  pivoting.begin(0);
  EXPECT_FALSE(pivoting.exchange(solution));
}

TEST(LawsonHanson, EndsAtAFeasiblePointThatIsNoWorseAndCountsIt) {
  for (const Index limit : {0, 1, 2}) {
    auto problem = make_subproblem<double>(40, 12, 79);
    const auto before = problem;
    const auto diagnostics = update_with_limit<update::LawsonHanson>(limit, problem);
    EXPECT_GT(diagnostics.unfinished_rows, 0) << limit;
    for (Index row = 0; row < 40; ++row) {
      EXPECT_LE(row_objective(problem, row),
                row_objective(before, row) + 100 * kEpsilon * std::abs(row_objective(before, row)));
    }
    for (const double entry : problem.factor.span()) {
      EXPECT_GE(entry, 0.0);
    }
  }
}

}  // namespace
}  // namespace tessera
