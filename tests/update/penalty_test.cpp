#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

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

/// The rules that take a penalty of orthogonality and an upper bound, with every choice they have.
std::vector<update::RuleSettings> special_rules() {
  return {{.algorithm = Algorithm::hals},
          {.algorithm = Algorithm::hals, .inner = {5, true}},
          {.algorithm = Algorithm::mu},
          {.algorithm = Algorithm::gradient, .inner = {10, true}},
          {.algorithm = Algorithm::gradient, .inner = {10, true}, .step = Step::lipschitz}};
}

std::unique_ptr<update::UpdateRule<double>> make_special(update::RuleSettings settings, Index rows,
                                                         Index rank, const Penalty& penalty,
                                                         double upper_bound) {
  settings.rows = rows;
  settings.rank = rank;
  settings.penalty = penalty;
  settings.upper_bound = upper_bound;
  return update::make_update_rule<double>(settings);
}

TEST(Penalty, OrthogonalityAndBoundsNeverRaiseTheObjectiveAndBoundsHold) {
  // The last one makes the subproblem indefinite.
  constexpr Penalty kSpecial[] = {{}, {.orthogonality = 0.3}, {0.2, 0.1, 0.5}, {0, 0, 1e3}};
  for (const auto& settings : special_rules()) {
    for (const Penalty& penalty : kSpecial) {
      for (const double bound : {0.0, 0.25, 0.9}) {
        auto problem = make_nonnegative_subproblem<double>(40, 5, 3);
        for (double& entry : problem.factor.span()) {
          entry = bound > 0 ? std::min(entry, bound) : entry;
        }
        const auto rule = make_special(settings, 40, 5, penalty, bound);
        double last = objective(problem, penalty);
        const double scale = std::abs(last);
        for (int i = 0; i < 20; ++i) {
          rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
          const double next = objective(problem, penalty);
          ASSERT_LE(next, last + 1e-13 * scale) << name_of(settings.algorithm) << ", update " << i;
          last = next;
        }
        for (const double entry : problem.factor.span()) {
          ASSERT_TRUE(entry >= 0 && (bound == 0 || entry <= bound)) << entry;
        }
      }
    }
  }
}

/// At the minimum over a box the gradient is 0 inside, not negative at 0 and not positive at the
/// bound.
TEST(Penalty, BoundedRulesReachTheMinimumOfTheBox) {
  constexpr double kBound = 0.3;
  const Penalty penalty{.l2 = 0.8, .orthogonality = 0.1};
  for (const auto& settings : special_rules()) {
    if (settings.algorithm == Algorithm::mu) {
      continue;
    }
    auto problem = make_subproblem<double>(20, 4, 5);
    for (double& entry : problem.factor.span()) {
      entry = std::min(entry, kBound);
    }
    const auto rule = make_special(settings, 20, 4, penalty, kBound);
    for (int i = 0; i < 3000; ++i) {
      rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
    }
    Index at_bound = 0;
    for (Index i = 0; i < 20; ++i) {
      for (Index l = 0; l < 4; ++l) {
        const double value = problem.factor(i, l);
        double gradient = penalty.l2 * value - problem.cross(i, l);
        for (Index j = 0; j < 4; ++j) {
          gradient +=
              problem.factor(i, j) * (problem.gram(j, l) + (j == l ? 0.0 : penalty.orthogonality));
        }
        const double violation = value <= 0        ? std::max(0.0, -gradient)
                                 : value >= kBound ? std::max(0.0, gradient)
                                                   : std::abs(gradient);
        EXPECT_LE(violation, 1e-6) << name_of(settings.algorithm);
        at_bound += value >= kBound ? 1 : 0;
      }
    }
    EXPECT_GT(at_bound, 0) << "the bound does not matter here";
  }
}

TEST(Penalty, RulesRefuseWhatTheyCannotTake) {
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    const update::RuleSettings plain{.algorithm = algorithm, .rows = 3, .rank = 2};
    auto orthogonal = plain;
    orthogonal.penalty.orthogonality = 1;
    auto bounded = plain;
    bounded.upper_bound = 1;
    auto coupled = plain;
    coupled.penalty.coupling = 1;
    const auto is_made = [](const update::RuleSettings& settings) {
      try {
        return update::make_update_rule<double>(settings) != nullptr;
      } catch (const UsageError&) {
        return false;
      }
    };
    EXPECT_EQ(is_made(orthogonal), takes_orthogonality_and_bounds(algorithm)) << name;
    EXPECT_EQ(is_made(bounded), takes_orthogonality_and_bounds(algorithm)) << name;
    EXPECT_EQ(is_made(coupled), takes_coupling(algorithm)) << name;
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
