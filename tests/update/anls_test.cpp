#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "tessera/update/anls_bpp.hpp"
#include "tessera/update/exact.hpp"

#include "subproblem.hpp"

namespace tessera {
namespace {

using testing::make_rule;
using testing::make_subproblem;
using testing::objective;
using testing::random_matrix;
using testing::Subproblem;
using testing::update;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

/// G = BᵀB.
void set_gram(const Eigen::MatrixXd& b, Matrix<double>& gram) {
  const Eigen::MatrixXd product = b.transpose() * b;
  for (Index i = 0; i < gram.rows(); ++i) {
    for (Index j = 0; j < gram.columns(); ++j) {
      gram(i, j) = product(i, j);
    }
  }
}

/// Entries in [0, 1).
Eigen::MatrixXd random_eigen(Index rows, Index columns, std::uint64_t seed) {
  const auto entries = random_matrix<double>(rows, columns, seed);
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      entries.view().data(), rows, columns);
}

/// G = BᵀB and C = A·B for any B, with half of A negative, so that C lies in the range of G.
Subproblem<double> make_from(const Eigen::MatrixXd& b, Index rows, std::uint64_t seed) {
  const Index k = b.cols();
  Subproblem<double> problem{Matrix<double>(k, k), Matrix<double>(rows, k),
                             random_matrix<double>(rows, k, seed)};
  set_gram(b, problem.gram);
  const Eigen::MatrixXd data = random_eigen(rows, b.rows(), seed + 1).array() - 0.4;
  const Eigen::MatrixXd cross = data * b;
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < k; ++l) {
      problem.cross(i, l) = cross(i, l);
    }
  }
  return problem;
}

Eigen::MatrixXd well_conditioned(Index k, std::uint64_t seed) {
  return random_eigen(2 * k + 3, k, seed);
}

/// Pairs of columns that differ by a millionth.
Eigen::MatrixXd ill_conditioned(Index k, std::uint64_t seed) {
  Eigen::MatrixXd b = well_conditioned(k, seed);
  for (Index l = 1; l < k; l += 2) {
    b.col(l) = b.col(l - 1) + 1e-6 * b.col(l);
  }
  return b;
}

Eigen::MatrixXd with_duplicates(Index k, std::uint64_t seed) {
  Eigen::MatrixXd b = well_conditioned(k, seed);
  for (Index l = 1; l < k; l += 2) {
    b.col(l) = b.col(l - 1);
  }
  return b;
}

Eigen::MatrixXd of_low_rank(Index k, std::uint64_t seed) {
  return random_eigen((k + 1) / 2, k, seed);
}

/// F ≥ 0, FG − C ≥ −tolerance, and |FG − C| ≤ tolerance where F > 0; G and C with the penalties.
/// The tolerance follows from the rounding of F·G and C in `epsilon`, and the ridge.
template <class Real>
void expect_kkt(const Subproblem<Real>& problem, double ridge = 0, const Penalty& penalty = {}) {
  const Index k = problem.gram.rows();
  const double epsilon = std::numeric_limits<Real>::epsilon();
  for (Index i = 0; i < problem.factor.rows(); ++i) {
    for (Index l = 0; l < k; ++l) {
      const double c = static_cast<double>(problem.cross(i, l)) - penalty.l1;
      double gradient = -c;
      double scale = std::abs(c);
      double diagonals = 0;
      for (Index j = 0; j < k; ++j) {
        const double g = problem.gram(l, j) + (l == j ? penalty.l2 : 0.0);
        const double f = problem.factor(i, j);
        gradient += g * f;
        diagonals += f * std::sqrt(problem.gram(j, j) + penalty.l2);
        scale = std::max(scale, std::abs(static_cast<double>(problem.cross(i, j))));
      }
      diagonals *= std::sqrt(problem.gram(l, l) + penalty.l2);
      const double tolerance =
          8.0 * (static_cast<double>(k) * epsilon + ridge) * (diagonals + scale);
      ASSERT_GE(problem.factor(i, l), Real{0});
      ASSERT_GE(gradient, -tolerance) << "row " << i << ", component " << l << ", k = " << k;
      if (problem.factor(i, l) > 0) {
        ASSERT_LE(gradient, tolerance) << "row " << i << ", component " << l << ", k = " << k;
      }
    }
  }
}

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

double row_objective(const Subproblem<double>& problem, Index row) {
  Subproblem<double> single{problem.gram, Matrix<double>(1, problem.gram.rows()),
                            Matrix<double>(1, problem.gram.rows())};
  std::ranges::copy(problem.cross.view().rows({row, row + 1}).span(), single.cross.span().begin());
  std::ranges::copy(problem.factor.view().rows({row, row + 1}).span(),
                    single.factor.span().begin());
  return objective(single);
}

/// Block pivoting or active sets with a limit of their own.
template <class Method>
update::Diagnostics update_with_limit(Index limit, Subproblem<double>& problem) {
  const Index rows = problem.factor.rows();
  const Index k = problem.gram.rows();
  update::Exact<double> rule({.rows = rows, .rank = k}, std::make_unique<Method>(rows, k, limit));
  rule.update(problem.gram.view(), problem.cross.view(), problem.factor.view());
  return rule.diagnostics();
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
  std::ranges::fill(problem.factor.span(), 5.0);  // both in the passive set
  const auto rule = make_rule<double>(GetParam(), 3, 2);
  rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
  for (Index i = 0; i < 3; ++i) {
    EXPECT_NEAR(problem.factor(i, 0) + problem.factor(i, 1), 2.0, 1e-12);
  }
  EXPECT_EQ(rule->diagnostics().ridge_updates, 1);
  EXPECT_GT(rule->diagnostics().largest_ridge, 0.0);
  EXPECT_LT(rule->diagnostics().largest_ridge, 1e-13);
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
  for (const Index limit : {0, 1, 3, 6}) {
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
