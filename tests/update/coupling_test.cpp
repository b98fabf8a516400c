#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "subproblem.hpp"

namespace tessera {
namespace {

using testing::make_nonnegative_subproblem;
using testing::objective;
using testing::random_matrix;
using testing::Subproblem;

constexpr Index kRows = 12;
constexpr Index kRank = 3;

/// Symmetric graphs of kRows nodes. A path and a star are bipartite: there S has eigenvalues as far
/// below 0 as above, which a step that is too long would show.
std::vector<Matrix<double>> graphs() {
  Matrix<double> path(kRows, kRows);
  Matrix<double> star(kRows, kRows);
  Matrix<double> full(kRows, kRows);
  const auto random = random_matrix<double>(kRows, kRows, 31);
  for (Index i = 0; i + 1 < kRows; ++i) {
    path(i, i + 1) = path(i + 1, i) = 1;
    star(0, i + 1) = star(i + 1, 0) = 1;
    for (Index j = 0; j < i; ++j) {
      full(i, j) = full(j, i) = random(i, j);
    }
  }
  return {path, star, full};
}

/// μ·S·F and μ·D.
struct CouplingTerms {
  Matrix<double> attraction = Matrix<double>(kRows, kRank);
  AlignedVector<double> degrees = AlignedVector<double>(kRows);

  CouplingTerms(const Matrix<double>& graph, double mu, const Matrix<double>& factor) {
    for (Index i = 0; i < kRows; ++i) {
      for (Index j = 0; j < kRows; ++j) {
        degrees[static_cast<std::size_t>(i)] += mu * graph(i, j);
        for (Index l = 0; l < kRank; ++l) {
          attraction(i, l) += mu * graph(i, j) * factor(j, l);
        }
      }
    }
  }
  [[nodiscard]] Coupling<double> terms() const { return {attraction.view(), degrees}; }
};

/// ¼μ·Σ s_ij·‖f_i − f_j‖²
double coupling_penalty(const Matrix<double>& graph, double mu, const Matrix<double>& factor) {
  double sum = 0;
  for (Index i = 0; i < kRows; ++i) {
    for (Index j = 0; j < kRows; ++j) {
      for (Index l = 0; l < kRank; ++l) {
        sum += graph(i, j) * std::pow(factor(i, l) - factor(j, l), 2);
      }
    }
  }
  return 0.25 * mu * sum;
}

/// Updates with μ from weak to one beside which the data hardly count; returns how much the
/// objective has risen in the worst update, relative to its first value.
double worst_rise(const Matrix<double>& graph, double mu, const update::RuleSettings& settings) {
  auto problem = make_nonnegative_subproblem<double>(kRows, kRank, 7);
  const double bound = settings.upper_bound;
  for (double& entry : problem.factor.span()) {
    entry = bound > 0 ? std::min(entry, bound) : entry;
  }
  const auto rule = update::make_update_rule<double>(settings);
  const auto value = [&] {
    return objective(problem, settings.penalty) + coupling_penalty(graph, mu, problem.factor);
  };
  double worst = 0;
  double last = value();
  const double scale = std::abs(last) + coupling_penalty(graph, mu, problem.factor);
  for (int i = 0; i < 50; ++i) {
    const CouplingTerms coupling(graph, mu, problem.factor);
    rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view(),
                 coupling.terms());
    const double next = value();
    worst = std::max(worst, (next - last) / scale);
    last = next;
  }
  return worst;
}

TEST(Coupling, NeverRaisesTheObjective) {
  for (const auto& graph : graphs()) {
    for (const double mu : {0.1, 3.0, 1e4}) {
      for (const double bound : {0.0, 0.4}) {
        for (const Index fixed : {0, 1}) {
          const Penalty penalty{0.1, 0.2, 0.3, mu};
          EXPECT_LE(worst_rise(graph, mu,
                               {.algorithm = Algorithm::mu,
                                .rows = kRows,
                                .rank = kRank,
                                .fixed = fixed,
                                .penalty = penalty,
                                .upper_bound = fixed == 0 ? bound : 0}),
                    1e-13)
              << mu << " bound " << bound << " fixed " << fixed;
        }
      }
    }
  }
}

TEST(Coupling, DrawsNeighboursTogether) {
  const auto path = graphs().front();
  const auto roughness_after = [&](double mu) {
    auto problem = make_nonnegative_subproblem<double>(kRows, kRank, 9);
    const auto rule = update::make_update_rule<double>(
        {.algorithm = Algorithm::mu, .rows = kRows, .rank = kRank, .penalty = {.coupling = mu}});
    for (int i = 0; i < 300; ++i) {
      const CouplingTerms coupling(path, mu, problem.factor);
      rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view(),
                   coupling.terms());
    }
    return coupling_penalty(path, 1, problem.factor);
  };
  const double free = roughness_after(1e-9);
  EXPECT_LT(roughness_after(1), 0.9 * free);
  EXPECT_LT(roughness_after(1000), 0.05 * free);
}

TEST(Coupling, IsThatOfEachRowInBlocks) {
  const auto graph = graphs().back();
  for (const Index fixed : {0, 1}) {
    auto whole = make_nonnegative_subproblem<double>(kRows, kRank, 13);
    auto parts = whole;
    const CouplingTerms coupling(graph, 0.7, whole.factor);
    const auto make = [&] {
      return update::make_update_rule<double>({.algorithm = Algorithm::mu,
                                               .rows = kRows,
                                               .rank = kRank,
                                               .fixed = fixed,
                                               .penalty = {.coupling = 0.7}});
    };
    make()->update(whole.gram.view(), whole.cross.view(), whole.factor.view(), coupling.terms());
    const auto rule = make();
    rule->begin(parts.gram.view(), coupling.terms());
    for (const Range rows : {Range{5, kRows}, Range{0, 5}}) {
      rule->update_rows(rows.begin, std::as_const(parts.cross).view().rows(rows),
                        parts.factor.view().rows(rows));
    }
    EXPECT_TRUE(std::ranges::equal(whole.factor.span(), parts.factor.span())) << fixed;
  }
}

TEST(Coupling, RefusesAShapeThatDoesNotFit) {
  auto problem = make_nonnegative_subproblem<double>(kRows, kRank, 11);
  const Matrix<double> wrong(kRows - 1, kRank);
  const AlignedVector<double> degrees(kRows - 1);
  const auto rule = update::make_update_rule<double>(
      {.algorithm = Algorithm::mu, .rows = kRows, .rank = kRank, .penalty = {.coupling = 1}});
  EXPECT_THROW(rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view(),
                            {wrong.view(), degrees}),
               ShapeError);
}

/// What is said of fixed components must hold for the penalty that joins them with the free ones.
TEST(FixedComponents, AreOrthogonalToTheFreeOnesToo) {
  const Penalty penalty{.orthogonality = 0.4};
  for (const Algorithm algorithm : {Algorithm::hals, Algorithm::gradient}) {
    auto problem = make_nonnegative_subproblem<double>(20, 4, 21);
    const auto start = problem.factor;
    const auto rule = update::make_update_rule<double>(
        {.algorithm = algorithm, .rows = 20, .rank = 4, .fixed = 2, .penalty = penalty});
    for (int i = 0; i < 3000; ++i) {
      rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
    }
    for (Index i = 0; i < 20; ++i) {
      for (Index l = 0; l < 4; ++l) {
        if (l < 2) {
          ASSERT_EQ(problem.factor(i, l), start(i, l));
          continue;
        }
        double gradient = -problem.cross(i, l);
        for (Index j = 0; j < 4; ++j) {
          gradient +=
              problem.factor(i, j) * (problem.gram(j, l) + (j == l ? 0.0 : penalty.orthogonality));
        }
        const double violation =
            problem.factor(i, l) > 0 ? std::abs(gradient) : std::max(0.0, -gradient);
        EXPECT_LE(violation, 1e-6) << name_of(algorithm);
      }
    }
  }
}

}  // namespace
}  // namespace tessera
