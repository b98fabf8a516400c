#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "exact_problem.hpp"

namespace tessera {
namespace {

using testing::expect_kkt;
using testing::ill_conditioned;
using testing::make_from;
using testing::make_rule;
using testing::make_subproblem;
using testing::objective;
using testing::of_low_rank;
using testing::random_matrix;
using testing::row_objective;
using testing::Subproblem;
using testing::update;
using testing::well_conditioned;
using testing::with_duplicates;

/// The least ½f·G·fᵀ − f·cᵀ among the non-negative solutions on all 2^k sets.
double brute_force(const Subproblem<double>& problem, Index row) {
  const auto k = problem.gram.rows();
  double least = 0;  // the empty set's
  for (unsigned bits = 1; bits < (1U << static_cast<unsigned>(k)); ++bits) {
    std::vector<Index> members;
    for (Index l = 0; l < k; ++l) {
      if ((bits >> static_cast<unsigned>(l) & 1U) != 0) {
        members.push_back(l);
      }
    }
    const auto size = static_cast<Index>(members.size());
    Eigen::MatrixXd matrix(size, size);
    Eigen::VectorXd right(size);
    for (Index i = 0; i < size; ++i) {
      right(i) = problem.cross(row, members[static_cast<std::size_t>(i)]);
      for (Index j = 0; j < size; ++j) {
        matrix(i, j) = problem.gram(members[static_cast<std::size_t>(i)],
                                    members[static_cast<std::size_t>(j)]);
      }
    }
    const Eigen::VectorXd solution = matrix.fullPivLu().solve(right);
    if (solution.minCoeff() >= 0) {
      least = std::min(least, 0.5 * solution.dot(matrix * solution) - solution.dot(right));
    }
  }
  return least;
}

class ExactRule : public ::testing::TestWithParam<Algorithm> {};
INSTANTIATE_TEST_SUITE_P(Anls, ExactRule,
                         ::testing::Values(Algorithm::anls_bpp, Algorithm::anls_active_set),
                         [](const auto& instance) {
                           return instance.param == Algorithm::anls_bpp ? "bpp" : "active_set";
                         });

TEST_P(ExactRule, MeetsTheOptimalityConditions) {
  for (const Index rank : {1, 2, 7, 64, 65, 130}) {
    auto problem = make_subproblem<double>(40, rank, 3);
    update(GetParam(), problem);
    expect_kkt(problem);
  }
}

TEST_P(ExactRule, MeetsTheOptimalityConditionsInFloat) {
  for (const Index rank : {1, 9, 40}) {
    auto problem = make_subproblem<float>(60, rank, 5);
    update(GetParam(), problem);
    expect_kkt(problem);
  }
}

TEST_P(ExactRule, EqualsTheBestOfAllPassiveSets) {
  for (const auto make : {well_conditioned, ill_conditioned, with_duplicates, of_low_rank}) {
    for (Index rank = 1; rank <= 8; ++rank) {
      auto problem = make_from(make(rank, 7 + static_cast<std::uint64_t>(rank)), 12, 9);
      update(GetParam(), problem);
      for (Index row = 0; row < 12; ++row) {
        const double least = brute_force(problem, row);
        // The noise of brute force itself where two columns differ by 1e-6.
        EXPECT_NEAR(row_objective(problem, row), least, 1e-9 * (1.0 + std::abs(least)))
            << "row " << row << ", k = " << rank;
      }
    }
  }
}

TEST_P(ExactRule, SolvesDegenerateRows) {
  // Half the coefficients of the optimum and their gradients are 0 at once.
  constexpr Index kRank = 8;
  auto problem = make_from(well_conditioned(kRank, 11), 50, 13);
  auto solution = random_matrix<double>(50, kRank, 17);
  for (Index row = 0; row < 50; ++row) {
    for (Index l = 0; l < kRank; ++l) {
      solution(row, l) = (row + l) % 2 == 0 ? 0.0 : solution(row, l);
    }
    for (Index l = 0; l < kRank; ++l) {
      problem.cross(row, l) = 0;
      for (Index j = 0; j < kRank; ++j) {
        problem.cross(row, l) += solution(row, j) * problem.gram(j, l);
      }
    }
  }
  update(GetParam(), problem);
  expect_kkt(problem);
  for (Index i = 0; i < solution.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(problem.factor.span()[at], solution.span()[at], 1e-11);
  }
}

TEST_P(ExactRule, MeetsTheConditionsForSingularGrams) {
  for (const auto make : {with_duplicates, of_low_rank, ill_conditioned}) {
    for (const Index rank : {2, 6, 16, 40}) {
      auto problem = make_from(make(rank, 19), 50, 23);
      const auto rule = make_rule<double>(GetParam(), 50, rank);
      rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
      const auto diagnostics = rule->diagnostics();
      EXPECT_LT(diagnostics.largest_ridge, 1e-10);
      EXPECT_EQ(diagnostics.unfinished_rows, 0);
      expect_kkt(problem, diagnostics.largest_ridge);
    }
  }
}

TEST_P(ExactRule, NeverRaisesTheObjectiveOfASingularProblem) {
  for (const auto make : {with_duplicates, of_low_rank}) {
    auto problem = make_from(make(16, 29), 50, 31);
    const auto rule = make_rule<double>(GetParam(), 50, 16);
    double last = objective(problem);
    for (int i = 0; i < 10; ++i) {
      rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
      const double next = objective(problem);
      EXPECT_LE(next, last + 1e-13 * std::abs(last));
      last = next;
    }
  }
}

TEST_P(ExactRule, ReportsTheRidgeOfADuplicatedComponent) {
  Subproblem<double> problem{Matrix<double>(2, 2), Matrix<double>(3, 2), Matrix<double>(3, 2)};
  std::ranges::fill(problem.gram.span(), 4.0);
  std::ranges::fill(problem.cross.span(), 8.0);
  std::ranges::fill(problem.factor.span(), 0.5);  // below the optimum: both in the passive set
  const auto rule = make_rule<double>(GetParam(), 3, 2);
  rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
  for (Index i = 0; i < 3; ++i) {
    EXPECT_NEAR(problem.factor(i, 0) + problem.factor(i, 1), 2.0, 1e-12);
  }
  EXPECT_EQ(rule->diagnostics().ridge_updates, 1);
  EXPECT_GT(rule->diagnostics().largest_ridge, 0.0);
  EXPECT_LT(rule->diagnostics().largest_ridge, 1e-13);
}

TEST_P(ExactRule, CountsAnUpdateInBlocksOnce) {
  Subproblem<double> problem{Matrix<double>(2, 2), Matrix<double>(3, 2), Matrix<double>(3, 2)};
  std::ranges::fill(problem.gram.span(), 4.0);
  std::ranges::fill(problem.cross.span(), 8.0);
  std::ranges::fill(problem.factor.span(), 0.5);
  const auto rule = make_rule<double>(GetParam(), 3, 2);
  rule->begin(problem.gram.view());
  for (Index row = 0; row < 3; ++row) {
    rule->update_rows(row, std::as_const(problem.cross).view().rows({row, row + 1}),
                      problem.factor.view().rows({row, row + 1}));
  }
  EXPECT_EQ(rule->diagnostics().ridge_updates, 1);
  EXPECT_GT(rule->diagnostics().largest_ridge, 0.0);
}

TEST_P(ExactRule, KnowsNoScale) {
  // Components whose sizes differ by 1e14 are solved as precisely as equal ones.
  constexpr Index kRank = 6;
  auto problem = make_subproblem<double>(30, kRank, 37);
  auto scaled = problem;
  const auto factor_of = [](Index l) { return std::ldexp(1.0, static_cast<int>(8 * l - 24)); };
  for (Index l = 0; l < kRank; ++l) {
    for (Index j = 0; j < kRank; ++j) {
      scaled.gram(l, j) *= factor_of(l) * factor_of(j);
    }
    for (Index i = 0; i < 30; ++i) {
      scaled.cross(i, l) *= factor_of(l);
    }
  }
  update(GetParam(), problem);
  update(GetParam(), scaled);
  for (Index i = 0; i < 30; ++i) {
    for (Index l = 0; l < kRank; ++l) {
      EXPECT_EQ(scaled.factor(i, l) * factor_of(l), problem.factor(i, l));
    }
  }
}

TEST_P(ExactRule, StartsFromTheLastPassiveSetAndEndsTheSame) {
  auto problem = make_subproblem<double>(100, 20, 41);
  const auto first_cross = problem.cross;
  const auto rule = make_rule<double>(GetParam(), 100, 20);
  for (std::uint64_t step = 0; step < 5; ++step) {
    const auto noise = random_matrix<double>(100, 20, 43 + step);
    for (std::size_t i = 0; i < noise.span().size(); ++i) {
      problem.cross.span()[i] = first_cross.span()[i] * (0.5 + noise.span()[i]);
    }
    auto afresh = problem;
    afresh.factor = random_matrix<double>(100, 20, 47);
    update(GetParam(), afresh);
    rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
    expect_kkt(problem);
    for (std::size_t i = 0; i < noise.span().size(); ++i) {
      EXPECT_NEAR(problem.factor.span()[i], afresh.factor.span()[i], 1e-10);
    }
  }
}

TEST_P(ExactRule, MeetsTheConditionsOfThePenalizedProblem) {
  for (const Penalty penalty : {Penalty{2.0, 0.0}, Penalty{0.0, 3.0}, Penalty{0.7, 0.2}}) {
    auto problem = make_subproblem<double>(40, 12, 53);
    update(GetParam(), problem, 1, penalty);
    expect_kkt(problem, 0, penalty);
  }
}

TEST_P(ExactRule, SetsRowsToZeroWhereNothingPullsThemUp) {
  auto problem = make_subproblem<double>(20, 5, 59);
  for (Index l = 0; l < 5; ++l) {
    problem.cross(3, l) = 0;
    problem.cross(4, l) = -1;
  }
  update(GetParam(), problem);
  for (Index l = 0; l < 5; ++l) {
    EXPECT_EQ(problem.factor(3, l), 0.0);
    EXPECT_EQ(problem.factor(4, l), 0.0);
  }
}

TEST_P(ExactRule, GivesARowTheSameBitsInAnyPiece) {
  // More rows than a chunk, and passive sets of more than one word.
  constexpr Index kRows = 700;
  constexpr Index kRank = 70;
  auto whole = make_subproblem<float>(kRows, kRank, 61);
  const auto start = whole;
  update(GetParam(), whole, 2);
  for (const Index pieces : {2, 5}) {
    auto parts = start;
    for (Index part = 0; part < pieces; ++part) {
      const Range rows{kRows * part / pieces, kRows * (part + 1) / pieces};
      const auto rule = make_rule<float>(GetParam(), rows.size(), kRank);
      for (int i = 0; i < 2; ++i) {
        rule->update(parts.gram.view(), std::as_const(parts.cross).view().rows(rows),
                     parts.factor.view().rows(rows));
      }
    }
    EXPECT_TRUE(std::ranges::equal(whole.factor.span(), parts.factor.span())) << pieces;
  }
}

TEST(Anls, BothMethodsFindTheSameOptimum) {
  for (const Index rank : {5, 30, 65}) {
    auto pivoting = make_subproblem<double>(80, rank, 67);
    auto active_set = pivoting;
    update(Algorithm::anls_bpp, pivoting);
    update(Algorithm::anls_active_set, active_set);
    for (std::size_t i = 0; i < pivoting.factor.span().size(); ++i) {
      EXPECT_NEAR(pivoting.factor.span()[i], active_set.factor.span()[i], 1e-10);
    }
  }
}

TEST(Anls, HalsConvergesToTheExactSolution) {
  auto exact = make_subproblem<double>(30, 6, 71);
  auto hals = exact;
  update(Algorithm::anls_bpp, exact);
  update(Algorithm::hals, hals, 3000);
  for (std::size_t i = 0; i < exact.factor.span().size(); ++i) {
    EXPECT_NEAR(exact.factor.span()[i], hals.factor.span()[i], 1e-9);
  }
}

}  // namespace
}  // namespace tessera
