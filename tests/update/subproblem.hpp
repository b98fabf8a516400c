#pragma once

#include <cmath>

#include "tessera/core/random.hpp"
#include "tessera/kernels/gram.hpp"
#include "tessera/update/update_rule.hpp"

/// Subproblems of known make for the tests of update rules.
namespace tessera::testing {

/// A subproblem min ½tr(F G Fᵀ) − tr(F Cᵀ) with G = BᵀB and C = AB for random A, B, and a start.
template <class Real>
struct Subproblem {
  Matrix<double> gram;
  Matrix<Real> cross;
  Matrix<Real> factor;
};

template <class Real>
Matrix<Real> random_matrix(Index rows, Index columns, std::uint64_t seed) {
  Matrix<Real> matrix(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      matrix(i, j) = static_cast<Real>(random::uniform(seed, random::Stream::generate_noise, i, j));
    }
  }
  return matrix;
}

template <class Real>
Subproblem<Real> make_subproblem(Index rows, Index rank, std::uint64_t seed) {
  const Index length = 3 * rank + 2;
  const auto other = random_matrix<Real>(length, rank, seed);
  const auto data = random_matrix<Real>(rows, length, seed + 1);
  Subproblem<Real> problem{Matrix<double>(rank, rank), Matrix<Real>(rows, rank),
                           random_matrix<Real>(rows, rank, seed + 2)};
  Matrix<double> workspace(kernels::kGramTileRows, rank);
  kernels::gram<Real>(other.view(), workspace.view(), problem.gram.view());
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < rank; ++l) {
      double sum = 0;
      for (Index j = 0; j < length; ++j) {
        // Half the entries count negatively, so that the constraint matters.
        sum += (j % 2 == 0 ? 1.0 : -0.7) * static_cast<double>(data(i, j)) * other(j, l);
      }
      problem.cross(i, l) = static_cast<Real>(sum);
    }
  }
  return problem;
}

/// The multiplicative rule needs C ≥ 0, as products of non-negative matrices give it.
template <class Real>
Subproblem<Real> make_nonnegative_subproblem(Index rows, Index rank, std::uint64_t seed) {
  auto problem = make_subproblem<Real>(rows, rank, seed);
  for (Real& entry : problem.cross.span()) {
    entry = std::abs(entry);
  }
  return problem;
}

template <class Real>
double objective(const Subproblem<Real>& problem, const Penalty& penalty = {}) {
  double value = 0;
  const Index k = problem.gram.rows();
  for (Index i = 0; i < problem.factor.rows(); ++i) {
    for (Index l = 0; l < k; ++l) {
      double product = 0;
      for (Index j = 0; j < k; ++j) {
        product += problem.gram(l, j) * problem.factor(i, j);
        product += j == l ? 0.0 : penalty.orthogonality * problem.factor(i, j);
      }
      const double f = problem.factor(i, l);
      value += f * (0.5 * product - static_cast<double>(problem.cross(i, l)));
      value += penalty.l1 * f + 0.5 * penalty.l2 * f * f;
    }
  }
  return value;
}

/// A rule as a run with default options makes it, for a factor of 100 rows against one of 90.
template <class Real>
auto make_rule(Algorithm algorithm, Index rows, Index rank, const Penalty& penalty = {},
               double upper_bound = 0) {
  SolverOptions solver;
  solver.algorithm = algorithm;
  solver.rank = rank;
  return update::make_update_rule<Real>({.algorithm = algorithm,
                                         .rows = rows,
                                         .rank = rank,
                                         .inner = update::inner_steps(solver, 100, 90, 9000),
                                         .penalty = penalty,
                                         .upper_bound = upper_bound});
}

template <class Real>
void update(Algorithm algorithm, Subproblem<Real>& problem, int times = 1,
            const Penalty& penalty = {}) {
  const auto rule = make_rule<Real>(algorithm, problem.factor.rows(), problem.gram.rows(), penalty);
  for (int i = 0; i < times; ++i) {
    rule->update(problem.gram.view(), problem.cross.view(), problem.factor.view());
  }
}

}  // namespace tessera::testing
