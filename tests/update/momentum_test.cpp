#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "tessera/update/admm.hpp"
#include "tessera/update/largest_eigenvalue.hpp"
#include "tessera/update/nesterov.hpp"

#include "subproblem.hpp"

namespace tessera {
namespace {

using testing::make_subproblem;
using testing::Subproblem;
using update::RuleSettings;

/// What this file is about, and HALS to compare with.
struct Method {
  Algorithm algorithm;
  Step step = Step::armijo;
};
const std::vector<Method> kMethods = {{Algorithm::hals},
                                      {Algorithm::nesterov},
                                      {Algorithm::admm},
                                      {Algorithm::gradient},
                                      {Algorithm::gradient, Step::lipschitz}};

std::string name_of_method(const Method& method) {
  return std::string(name_of(method.algorithm)) + " " + std::string(name_of(method.step));
}

template <class Real>
RuleSettings settings(const Method& method, const Subproblem<Real>& problem,
                      update::InnerSteps inner, const Penalty& penalty = {}) {
  return {.algorithm = method.algorithm,
          .rows = problem.factor.rows(),
          .rank = problem.gram.rows(),
          .inner = inner,
          .step = method.step,
          .penalty = penalty};
}

template <class Real>
void update_by(update::UpdateRule<Real>& rule, Subproblem<Real>& problem, int times) {
  for (int i = 0; i < times; ++i) {
    rule.update(problem.gram.view(), problem.cross.view(), problem.factor.view());
  }
}

void converge(const Method& method, Subproblem<double>& problem, const Penalty& penalty = {}) {
  const auto rule =
      update::make_update_rule<double>(settings(method, problem, {20, true}, penalty));
  update_by(*rule, problem, 3000);
}

/// Component l of the gradient of row i: f·(G + λ₂I) − c + λ₁.
double slope(const Subproblem<double>& problem, Index i, Index l, const Penalty& penalty = {}) {
  double sum = penalty.l1 + penalty.l2 * problem.factor(i, l) - problem.cross(i, l);
  for (Index j = 0; j < problem.gram.rows(); ++j) {
    sum += problem.factor(i, j) * problem.gram(j, l);
  }
  return sum;
}

double largest(const Matrix<double>& matrix) {
  return std::abs(
      *std::ranges::max_element(matrix.span(), {}, [](double entry) { return std::abs(entry); }));
}

double largest_difference(const Matrix<double>& x, const Matrix<double>& y) {
  double difference = 0;
  for (std::size_t i = 0; i < x.span().size(); ++i) {
    difference = std::max(difference, std::abs(x.span()[i] - y.span()[i]));
  }
  return difference;
}

double squared_distance(const Matrix<double>& x, const Matrix<double>& y) {
  double sum = 0;
  for (std::size_t i = 0; i < x.span().size(); ++i) {
    sum += (x.span()[i] - y.span()[i]) * (x.span()[i] - y.span()[i]);
  }
  return sum;
}

/// F ≥ 0, the gradient ≥ 0 where F = 0 and 0 elsewhere, up to rounding.
void expect_minimiser(const Subproblem<double>& problem, const Penalty& penalty,
                      const std::string& name) {
  const double noise = 1e-11 * largest(problem.cross);
  for (Index i = 0; i < problem.factor.rows(); ++i) {
    for (Index l = 0; l < problem.gram.rows(); ++l) {
      const double gradient = slope(problem, i, l, penalty);
      ASSERT_GE(problem.factor(i, l), 0.0) << name;
      ASSERT_GE(gradient, -noise) << name;
      ASSERT_LE(std::min(gradient, problem.factor(i, l)), noise) << name;
    }
  }
}

TEST(Momentum, EveryMethodReachesTheSameMinimiserAndStaysThere) {
  for (const Index rank : {1, 2, 9}) {
    const auto start = make_subproblem<double>(37, rank, 3);
    auto reference = start;
    converge(kMethods.front(), reference);
    ASSERT_GT(std::ranges::count(reference.factor.span(), 0.0), 0);
    const double size = largest(reference.factor);
    for (const Method& method : kMethods) {
      auto problem = start;
      converge(method, problem);
      expect_minimiser(problem, {}, name_of_method(method));
      EXPECT_LE(largest_difference(problem.factor, reference.factor), 1e-10 * size)
          << name_of_method(method) << ", k = " << rank;

      problem.factor = reference.factor;
      update_by(*update::make_update_rule<double>(settings(method, problem, {5, false})), problem,
                3);
      EXPECT_LE(largest_difference(problem.factor, reference.factor), 1e-10 * size)
          << name_of_method(method) << " leaves the minimiser, k = " << rank;
    }
  }
}

TEST(Momentum, PenaltiesMoveTheMinimiser) {
  for (const Penalty& penalty : {Penalty{.l1 = 2.0}, Penalty{.l2 = 1.5}, Penalty{1.0, 0.5}}) {
    for (const Method& method : kMethods) {
      auto problem = make_subproblem<double>(37, 6, 11);
      converge(method, problem, penalty);
      expect_minimiser(problem, penalty, name_of_method(method));
    }
  }
}

TEST(Momentum, ASingleComponentHasAClosedForm) {
  const Penalty penalty{.l1 = 0.25, .l2 = 0.5};
  for (const Method& method : kMethods) {
    auto problem = make_subproblem<double>(37, 1, 17);
    converge(method, problem, penalty);
    for (Index i = 0; i < 37; ++i) {
      const double expected =
          std::max(0.0, (problem.cross(i, 0) - penalty.l1) / (problem.gram(0, 0) + penalty.l2));
      ASSERT_NEAR(problem.factor(i, 0), expected, 1e-13) << name_of_method(method);
    }
  }
}

/// Of row i alone.
double row_objective(const Subproblem<double>& problem, Index i) {
  double value = 0;
  for (Index l = 0; l < problem.gram.rows(); ++l) {
    value += 0.5 * problem.factor(i, l) * (slope(problem, i, l) - problem.cross(i, l));
  }
  return value;
}

TEST(Momentum, NoRowsObjectiveRisesOverACall) {
  const Method monotone[] = {{Algorithm::nesterov}, {Algorithm::gradient, Step::lipschitz}};
  for (const Method& method : monotone) {
    for (const Index inner : {1, 2, 3, 7, 60}) {
      auto problem = make_subproblem<double>(37, 12, 23);
      const auto rule = update::make_update_rule<double>(settings(method, problem, {inner, false}));
      for (int i = 0; i < 40; ++i) {
        const auto before = problem;
        update_by(*rule, problem, 1);
        for (Index row = 0; row < 37; ++row) {
          const double last = row_objective(before, row);
          ASSERT_LE(row_objective(problem, row), last + 1e-13 * std::abs(last))
              << name_of_method(method) << ", " << inner << " steps, update " << i;
        }
      }
    }
  }
}

/// The formula of NeNMF for row i, every product computed as it stands. @return the restarts.
int accelerate_row(Subproblem<double>& problem, Index i, double step, int steps) {
  const Index k = problem.gram.rows();
  Subproblem<double> point = problem;  // its factor is y
  auto previous = problem.factor;
  double alpha = 1;
  int restarts = 0;
  for (int t = 0; t < steps; ++t) {
    auto next = problem;
    for (Index l = 0; l < k; ++l) {
      next.factor(i, l) = std::max(0.0, point.factor(i, l) - step * slope(point, i, l));
    }
    const double next_alpha = (1 + std::sqrt(4 * alpha * alpha + 1)) / 2;
    const bool rises = row_objective(next, i) > row_objective(problem, i);
    for (Index l = 0; l < k; ++l) {
      previous(i, l) = problem.factor(i, l);
      problem.factor(i, l) = rises ? previous(i, l) : next.factor(i, l);
      point.factor(i, l) =
          problem.factor(i, l) + (alpha - 1) / next_alpha * (problem.factor(i, l) - previous(i, l));
    }
    alpha = rises ? 1 : next_alpha;
    restarts += rises ? 1 : 0;
  }
  return restarts;
}

TEST(Nesterov, EqualsTheFormulaWithRestarts) {
  auto problem = make_subproblem<double>(37, 6, 29);
  auto expected = problem;
  const double step = 1.0 / update::LargestEigenvalue(6).of(problem.gram.view());
  int restarts = 0;
  for (Index i = 0; i < 37; ++i) {
    restarts += accelerate_row(expected, i, step, 12);
  }
  update::Nesterov<double> rule(settings({Algorithm::nesterov}, problem, {12, false}));
  update_by(rule, problem, 1);
  EXPECT_GT(restarts, 5);
  EXPECT_LE(largest_difference(problem.factor, expected.factor), 1e-10 * largest(expected.factor));
}

TEST(LargestEigenvalue, IsThatOfTheMatrix) {
  Matrix<double> gram(2, 2);
  gram(0, 0) = gram(1, 1) = 2;
  gram(0, 1) = gram(1, 0) = 1;
  EXPECT_NEAR(update::LargestEigenvalue(2).of(gram.view()), 3.0, 1e-15);
  Matrix<double> number(1, 1);
  number(0, 0) = 7;
  EXPECT_EQ(update::LargestEigenvalue(1).of(number.view()), 7.0);
}

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Dense dense(const Matrix<double>& matrix) {
  return Eigen::Map<const Dense>(matrix.span().data(), matrix.rows(), matrix.columns());
}

TEST(Admm, EqualsTheFormulaWhileTheGramChanges) {
  auto problem = make_subproblem<double>(37, 6, 31);
  update::Admm<double> rule(settings({Algorithm::admm}, problem, {4, false}));
  Dense f = dense(problem.factor);
  Dense multipliers = Dense::Zero(37, 6);
  for (const double scale : {1.0, 5.0, 0.1}) {
    std::ranges::for_each(problem.gram.span(), [scale](double& entry) { entry *= scale; });
    update_by(rule, problem, 1);

    const Dense gram = dense(problem.gram);
    const double rho = gram.trace() / 6;
    const Eigen::LLT<Eigen::MatrixXd> cholesky(gram + rho * Dense::Identity(6, 6));
    Dense u = multipliers / rho;
    for (int step = 0; step < 4; ++step) {
      const Dense copy =
          cholesky.solve((dense(problem.cross) + rho * (f + u)).transpose()).transpose();
      f = (copy - u).cwiseMax(0.0);
      u += f - copy;
    }
    multipliers = rho * u;
    EXPECT_LE((dense(problem.factor) - f).cwiseAbs().maxCoeff(), 1e-12 * f.maxCoeff());
  }
}

TEST(Admm, ResidualsShrinkFromStepToStep) {
  auto problem = make_subproblem<double>(37, 9, 37);
  double rho = 0;
  for (Index l = 0; l < 9; ++l) {
    rho += problem.gram(l, l) / 9;
  }
  // One step an update: f − f̃ is the change of u = multipliers / ρ.
  update::Admm<double> rule(settings({Algorithm::admm}, problem, {1, false}));
  Matrix<double> factor = problem.factor;
  Matrix<double> multipliers(37, 9);
  std::vector<double> primal;
  std::vector<double> dual;
  for (int step = 0; step < 400; ++step) {
    update_by(rule, problem, 1);
    Matrix<double> next(37, 9);
    std::ranges::copy(rule.multipliers().span(), next.span().begin());
    primal.push_back(squared_distance(next, multipliers) / (rho * rho));
    dual.push_back(squared_distance(problem.factor, factor));
    multipliers = next;
    factor = problem.factor;
  }
  for (std::size_t step = 1; step < primal.size(); ++step) {
    ASSERT_LE(primal[step] + dual[step], (primal[step - 1] + dual[step - 1]) * (1 + 1e-12) + 1e-25);
  }
  EXPECT_LT(primal.back(), 1e-12 * primal.front());
  EXPECT_LT(dual.back(), 1e-12 * dual.front());
}

TEST(Admm, MultipliersTendToTheGradientAtTheBound) {
  auto problem = make_subproblem<double>(37, 6, 41);
  update::Admm<double> rule(settings({Algorithm::admm}, problem, {20, true}));
  update_by(rule, problem, 500);
  for (Index i = 0; i < 37; ++i) {
    for (Index l = 0; l < 6; ++l) {
      const double expected = problem.factor(i, l) > 0 ? 0.0 : slope(problem, i, l);
      ASSERT_NEAR(rule.multipliers()(i, l), expected, 1e-10 * largest(problem.cross));
    }
  }
}

}  // namespace
}  // namespace tessera
