#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "subproblem.hpp"

namespace tessera {
namespace {

using testing::make_nonnegative_subproblem;
using testing::make_rule;
using testing::make_subproblem;
using testing::objective;

constexpr Penalty kPenalties[] = {{0.3, 0}, {0, 0.7}, {0.2, 0.4}, {1e6, 0}};

TEST(Penalty, NoRuleRaisesThePenalizedObjective) {
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    for (const Penalty& penalty : kPenalties) {
      auto problem = make_nonnegative_subproblem<double>(40, 5, 3);
      const auto rule = make_rule<double>(algorithm, 40, 5, penalty);
      double last = objective(problem, penalty);
      const double scale = std::abs(last);
      for (int i = 0; i < 20 && is_monotone(algorithm); ++i) {
        rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
        const double next = objective(problem, penalty);
        ASSERT_LE(next, last + 1e-13 * scale) << name << ", update " << i;
        last = next;
      }
    }
  }
}

/// At the minimum the gradient F·G − C + λ₁ + λ₂F is 0 where F > 0 and not negative where F = 0.
TEST(Penalty, MonotoneRulesReachThePenalizedMinimum) {
  const Penalty penalty{0.5, 0.8};
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    if (!is_monotone(algorithm) || algorithm == Algorithm::mu) {
      continue;  // the multiplicative rule only tends to zeros, and never gets there
    }
    auto problem = make_subproblem<double>(20, 4, 5);
    testing::update(algorithm, problem, 3000, penalty);
    for (Index i = 0; i < 20; ++i) {
      for (Index l = 0; l < 4; ++l) {
        double gradient = penalty.l1 - problem.cross(i, l) + penalty.l2 * problem.factor(i, l);
        for (Index j = 0; j < 4; ++j) {
          gradient += problem.factor(i, j) * problem.gram(j, l);
        }
        const double violation =
            problem.factor(i, l) > 0 ? std::abs(gradient) : std::max(0.0, -gradient);
        EXPECT_LE(violation, 1e-6) << name << " row " << i << " component " << l;
      }
    }
  }
}

TEST(Penalty, AnL1BeyondTheDataLeavesNothing) {
  for (const Algorithm algorithm : {Algorithm::hals, Algorithm::als}) {
    auto problem = make_nonnegative_subproblem<double>(10, 3, 7);
    testing::update(algorithm, problem, 1, {1e9, 0});
    for (const double entry : problem.factor.span()) {
      EXPECT_EQ(entry, 0.0) << name_of(algorithm);
    }
  }
}

TEST(FixedComponents, StayToTheBitWhileTheOthersReachTheirMinimum) {
  constexpr Index kFixed = 2;
  const auto start = make_nonnegative_subproblem<double>(30, 5, 11);
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    SolverOptions solver;
    solver.algorithm = algorithm;
    auto problem = start;
    const auto rule =
        update::make_update_rule<double>({.algorithm = algorithm,
                                          .rows = 30,
                                          .rank = 5,
                                          .fixed = kFixed,
                                          .inner = update::inner_steps(solver, 30, 20, 600)});
    double last = objective(problem);
    for (int i = 0; i < 2000; ++i) {
      rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
      const double next = objective(problem);
      ASSERT_TRUE(!is_monotone(algorithm) || next <= last + 1e-12 * std::abs(last)) << name;
      last = next;
    }
    for (Index row = 0; row < 30; ++row) {
      for (Index l = 0; l < kFixed; ++l) {
        ASSERT_EQ(problem.factor(row, l), start.factor(row, l)) << name;
      }
    }
    if (algorithm == Algorithm::mu || algorithm == Algorithm::als) {
      continue;  // the one is slow, the other does not end in the minimum
    }
    for (Index row = 0; row < 30; ++row) {
      for (Index l = kFixed; l < 5; ++l) {
        double gradient = -problem.cross(row, l);
        for (Index j = 0; j < 5; ++j) {
          gradient += problem.factor(row, j) * problem.gram(j, l);
        }
        const double violation =
            problem.factor(row, l) > 0 ? std::abs(gradient) : std::max(0.0, -gradient);
        EXPECT_LE(violation, 1e-6) << name;
      }
    }
  }
}

TEST(FixedComponents, AllFixedChangesNothing) {
  auto problem = make_nonnegative_subproblem<float>(10, 3, 13);
  const auto before = problem.factor;
  update::make_update_rule<float>({.algorithm = Algorithm::hals, .rows = 10, .rank = 3, .fixed = 3})
      ->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
  EXPECT_TRUE(std::ranges::equal(problem.factor.span(), before.span()));
}

TEST(Hals, SweepsOfOneUpdateEqualUpdatesOfOneSweep) {
  auto once = make_nonnegative_subproblem<double>(45, 6, 17);
  auto repeated = once;
  update::make_update_rule<double>(
      {.algorithm = Algorithm::hals, .rows = 45, .rank = 6, .inner = {7, false}})
      ->update(once.gram.view(), once.cross.view(), once.factor.view());
  const auto rule =
      update::make_update_rule<double>({.algorithm = Algorithm::hals, .rows = 45, .rank = 6});
  for (int sweep = 0; sweep < 7; ++sweep) {
    rule->update(repeated.gram.view(), repeated.cross.view(), repeated.factor.view());
  }
  EXPECT_TRUE(std::ranges::equal(once.factor.span(), repeated.factor.span()));
}

TEST(Hals, EarlyEndsStillReachTheMinimum) {
  auto early = make_subproblem<double>(45, 6, 19);
  auto full = early;
  testing::update(Algorithm::hals, early, 400);
  update::make_update_rule<double>(
      {.algorithm = Algorithm::hals, .rows = 45, .rank = 6, .inner = {4000, false}})
      ->update(full.gram.view(), full.cross.view(), full.factor.view());
  EXPECT_NEAR(objective(early), objective(full), 1e-10 * std::abs(objective(full)));
}

TEST(Hals, AutomaticSweepsFollowTheCostOfTheProducts) {
  // 1 + ½·(1 + (nnz + n·k) / (m·k + m)), cut to a whole number.
  SolverOptions solver;
  solver.rank = 49;
  EXPECT_EQ(update::inner_steps(solver, 400, 4096, 400 * 4096).most, 47);
  EXPECT_EQ(update::inner_steps(solver, 4096, 400, 400 * 4096).most, 5);
  solver.inner_iterations = 3;
  EXPECT_EQ(update::inner_steps(solver, 400, 4096, 400 * 4096).most, 3);
  EXPECT_FALSE(update::inner_steps(solver, 400, 4096, 400 * 4096).ends_early);
}

}  // namespace
}  // namespace tessera
