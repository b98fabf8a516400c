#include "tessera/update/update_rule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <omp.h>

#include "every_instruction_set.hpp"
#include "subproblem.hpp"

namespace tessera {
namespace {

using testing::make_nonnegative_subproblem;
using testing::make_rule;
using testing::make_subproblem;
using testing::objective;
using testing::random_matrix;
using testing::update;
using testing::with_every_instruction_set;

std::vector<Algorithm> algorithms(bool (*accepts)(Algorithm)) {
  std::vector<Algorithm> accepted;
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    if (accepts(algorithm)) {
      accepted.push_back(algorithm);
    }
  }
  return accepted;
}

/// As a test's name.
std::string test_name(const ::testing::TestParamInfo<Algorithm>& instance) {
  std::string name(name_of(instance.param));
  std::ranges::replace(name, '-', '_');
  return name;
}

class EveryRule : public ::testing::TestWithParam<Algorithm> {};
INSTANTIATE_TEST_SUITE_P(Update, EveryRule,
                         ::testing::ValuesIn(algorithms([](Algorithm) { return true; })),
                         test_name);

TEST_P(EveryRule, KeepsFactorsNonNegativeAndFinite) {
  for (const Index rank : {1, 3, 16}) {
    auto problem = make_nonnegative_subproblem<float>(70, rank, 5);
    update(GetParam(), problem, 5);
    for (const float entry : problem.factor.span()) {
      ASSERT_GE(entry, 0.0F);
      ASSERT_TRUE(std::isfinite(entry));
    }
  }
}

TEST_P(EveryRule, DecidesRowsAlone) {
  with_every_instruction_set([&] {
    for (const int pieces : {2, 5}) {
      auto whole = make_nonnegative_subproblem<float>(83, 9, 7);
      auto parts = whole;
      update(GetParam(), whole, 3);
      for (int part = 0; part < pieces; ++part) {
        const Range rows{83 * part / pieces, 83 * (part + 1) / pieces};
        const auto rule = make_rule<float>(GetParam(), rows.size(), 9);
        for (int i = 0; i < 3; ++i) {
          rule->update(parts.gram.view(), std::as_const(parts.cross).view().rows(rows),
                       parts.factor.view().rows(rows));
        }
      }
      EXPECT_TRUE(std::ranges::equal(whole.factor.span(), parts.factor.span()))
          << pieces << " pieces differ in some bit";
    }
  });
}

/// An update of all rows, in blocks that end at these rows, the last block first.
template <class Real>
void update_in_blocks(update::UpdateRule<Real>& rule, testing::Subproblem<Real>& problem,
                      const std::vector<Index>& ends) {
  rule.begin(problem.gram.view());
  for (std::size_t block = ends.size(); block-- > 0;) {
    const Range rows{block == 0 ? 0 : ends[block - 1], ends[block]};
    rule.update_rows(rows.begin, std::as_const(problem.cross).view().rows(rows),
                     problem.factor.view().rows(rows));
  }
}

TEST_P(EveryRule, GivesTheSameBitsInBlocksOfAnySize) {
  constexpr Index kRows = 700;  // more than what BPP works on at a time
  const std::vector<std::vector<Index>> cuts = {
      {64, 512, kRows}, {1, 2, 90, 347, 347, kRows}, {699, kRows}};
  const auto start = make_nonnegative_subproblem<float>(kRows, 9, 7);
  for (const Index fixed : {0, 2}) {
    const auto make = [&] {
      return update::make_update_rule<float>(
          {.algorithm = GetParam(), .rows = kRows, .rank = 9, .fixed = fixed, .inner = {4, true}});
    };
    auto whole = start;
    const auto rule = make();
    for (int i = 0; i < 3; ++i) {
      rule->update(whole.gram.view(), whole.cross.view(), whole.factor.view());
    }
    const int before = omp_get_max_threads();
    for (const int threads : {1, 3, 20}) {  // of 20 some have no tile of rows
      omp_set_num_threads(threads);
      for (const auto& ends : cuts) {
        auto parts = start;
        const auto rule_in_blocks = make();
        for (int i = 0; i < 3; ++i) {
          update_in_blocks(*rule_in_blocks, parts, ends);
        }
        EXPECT_TRUE(std::ranges::equal(whole.factor.span(), parts.factor.span()))
            << ends.size() << " blocks differ in some bit, " << fixed << " fixed, " << threads
            << " threads";
      }
    }
    omp_set_num_threads(before);
  }
}

TEST_P(EveryRule, GivesTheSameBitsWithAnyNumberOfThreads) {
  const auto start = make_nonnegative_subproblem<float>(2000, 20, 8);
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  auto expected = start;
  update(GetParam(), expected, 2);
  for (const int threads : {2, 5}) {
    omp_set_num_threads(threads);
    auto problem = start;
    update(GetParam(), problem, 2);
    EXPECT_TRUE(std::ranges::equal(problem.factor.span(), expected.factor.span()))
        << threads << " threads differ in some bit";
  }
  omp_set_num_threads(before);
}

TEST_P(EveryRule, LeavesADeadComponentAlone) {
  auto problem = make_nonnegative_subproblem<double>(20, 4, 11);
  for (Index l = 0; l < 4; ++l) {
    problem.gram(2, l) = problem.gram(l, 2) = 0;
  }
  for (Index i = 0; i < 20; ++i) {
    problem.cross(i, 2) = 0;
  }
  const double before = objective(problem);
  update(GetParam(), problem, 3);
  for (const double entry : problem.factor.span()) {
    ASSERT_TRUE(std::isfinite(entry));
  }
  EXPECT_LE(objective(problem), before);
}

TEST_P(EveryRule, AcceptsAnAllZeroOtherFactor) {
  auto problem = make_nonnegative_subproblem<double>(5, 3, 13);
  std::ranges::fill(problem.gram.span(), 0.0);
  std::ranges::fill(problem.cross.span(), 0.0);
  const auto before = problem.factor;
  update(GetParam(), problem);
  EXPECT_TRUE(std::ranges::equal(problem.factor.span(), before.span()));
}

TEST_P(EveryRule, AcceptsNoRows) {
  auto problem = make_subproblem<double>(0, 3, 17);
  EXPECT_NO_THROW(update(GetParam(), problem));
}

TEST_P(EveryRule, RefusesShapesThatDoNotFit) {
  auto problem = make_subproblem<double>(6, 3, 19);
  const auto rule = make_rule<double>(GetParam(), 6, 3);
  EXPECT_THROW(
      rule->update(Matrix<double>(2, 2).view(), problem.cross.view(), problem.factor.view()),
      ShapeError);
  EXPECT_THROW(
      rule->update(problem.gram.view(), Matrix<double>(5, 3).view(), problem.factor.view()),
      ShapeError);
  EXPECT_THROW(rule->update_rows(1, problem.cross.view(), problem.factor.view()), ShapeError);
}

class MonotoneRule : public ::testing::TestWithParam<Algorithm> {};
INSTANTIATE_TEST_SUITE_P(Update, MonotoneRule, ::testing::ValuesIn(algorithms(is_monotone)),
                         test_name);

TEST_P(MonotoneRule, NeverRaisesTheObjective) {
  for (const Index rank : {1, 2, 8, 30}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      auto problem = make_nonnegative_subproblem<double>(50, rank, 100 * seed + 23);
      const auto rule = make_rule<double>(GetParam(), 50, rank);
      double last = objective(problem);
      for (int i = 0; i < 30; ++i) {
        rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
        const double next = objective(problem);
        ASSERT_LE(next, last + 1e-13 * std::abs(last)) << "update " << i << ", k = " << rank;
        last = next;
      }
    }
  }
}

/// One sweep as the formula says.
Matrix<double> swept(const testing::Subproblem<double>& problem) {
  auto factor = problem.factor;
  const Index k = factor.columns();
  for (Index l = 0; l < k; ++l) {
    for (Index i = 0; i < factor.rows(); ++i) {
      double product = 0;
      for (Index j = 0; j < k; ++j) {
        product += factor(i, j) * problem.gram(j, l);
      }
      const double step = (problem.cross(i, l) - product) / problem.gram(l, l);
      factor(i, l) = std::max(0.0, factor(i, l) + step);
    }
  }
  return factor;
}

TEST(Hals, EqualsTheFormulaComponentByComponent) {
  for (const Index rank : {1, 2, 3, 5, 6, 8, 13, 31, 50, 64, 69}) {
    const auto start = make_subproblem<double>(101, rank, 29);
    const auto expected = swept(start);
    with_every_instruction_set([&] {
      auto problem = start;
      update::make_update_rule<double>({.algorithm = Algorithm::hals, .rows = 101, .rank = rank})
          ->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
      for (std::size_t i = 0; i < expected.span().size(); ++i) {
        ASSERT_NEAR(problem.factor.span()[i], expected.span()[i], 1e-11) << "k = " << rank;
      }
    });
  }
}

TEST(Multiplicative, EqualsTheFormula) {
  auto problem = make_nonnegative_subproblem<double>(40, 6, 31);
  auto expected = problem.factor;
  for (Index i = 0; i < 40; ++i) {
    for (Index l = 0; l < 6; ++l) {
      double product = 0;
      for (Index j = 0; j < 6; ++j) {
        product += problem.factor(i, j) * problem.gram(j, l);
      }
      expected(i, l) *= problem.cross(i, l) / product;
    }
  }
  update(Algorithm::mu, problem);
  for (std::size_t i = 0; i < problem.factor.span().size(); ++i) {
    ASSERT_NEAR(problem.factor.span()[i], expected.span()[i], 1e-12);
  }
}

TEST(Multiplicative, StaysFiniteWhereTheDenominatorAlmostVanishes) {
  auto problem = make_nonnegative_subproblem<float>(3, 4, 33);
  std::ranges::fill(problem.factor.span(), std::numeric_limits<float>::denorm_min());
  update(Algorithm::mu, problem, 5);
  for (const float entry : problem.factor.span()) {
    EXPECT_TRUE(std::isfinite(entry));
  }
}

TEST(Als, SolvesTheNormalEquationsWhereTheSolutionIsPositive) {
  auto problem = make_nonnegative_subproblem<double>(40, 6, 37);
  const auto solution = random_matrix<double>(40, 6, 41);
  for (Index i = 0; i < 40; ++i) {
    for (Index l = 0; l < 6; ++l) {
      problem.cross(i, l) = 0;
      for (Index j = 0; j < 6; ++j) {
        problem.cross(i, l) += solution(i, j) * problem.gram(j, l);
      }
    }
  }
  update(Algorithm::als, problem);
  for (std::size_t i = 0; i < solution.span().size(); ++i) {
    ASSERT_NEAR(problem.factor.span()[i], solution.span()[i], 1e-9);
  }
}

TEST(Als, RegularizesASingularGramAndSaysSo) {
  auto problem = make_nonnegative_subproblem<double>(10, 2, 43);
  std::ranges::fill(problem.gram.span(), 4.0);
  std::ranges::fill(problem.cross.span(), 8.0);
  const auto rule = make_rule<double>(Algorithm::als, 10, 2);
  rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
  EXPECT_EQ(rule->diagnostics().ridge_updates, 1);
  EXPECT_GT(rule->diagnostics().largest_ridge, 0.0);
  EXPECT_LT(rule->diagnostics().largest_ridge, 1e-10);
  for (Index i = 0; i < 10; ++i) {
    EXPECT_NEAR(problem.factor(i, 0) + problem.factor(i, 1), 2.0, 1e-6);
  }
}

TEST(Als, SetsADeadComponentToZero) {
  // Left as it is, it would come back with the next update and make the gram matrix singular.
  auto problem = make_nonnegative_subproblem<double>(20, 3, 45);
  for (Index l = 0; l < 3; ++l) {
    problem.gram(1, l) = problem.gram(l, 1) = 0;
  }
  for (Index i = 0; i < 20; ++i) {
    problem.cross(i, 1) = 0;
  }
  update(Algorithm::als, problem);
  for (Index i = 0; i < 20; ++i) {
    EXPECT_EQ(problem.factor(i, 1), 0.0);
  }
}

TEST(ProjectedGradient, ReachesTheConstrainedMinimum) {
  auto problem = make_subproblem<double>(30, 5, 47);
  auto reference = problem;
  update(Algorithm::hals, reference, 3000);
  update(Algorithm::gradient, problem, 3000);
  EXPECT_NEAR(objective(problem), objective(reference), 1e-9 * std::abs(objective(reference)));
}

}  // namespace
}  // namespace tessera
