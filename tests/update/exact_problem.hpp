#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "subproblem.hpp"

/// Subproblems of known difficulty, and what their exact solutions must satisfy.
namespace tessera::testing {

/// G = BᵀB.
inline void set_gram(const Eigen::MatrixXd& b, Matrix<double>& gram) {
  const Eigen::MatrixXd product = b.transpose() * b;
  for (Index i = 0; i < gram.rows(); ++i) {
    for (Index j = 0; j < gram.columns(); ++j) {
      gram(i, j) = product(i, j);
    }
  }
}

/// Entries in [0, 1).
inline Eigen::MatrixXd random_eigen(Index rows, Index columns, std::uint64_t seed) {
  const auto entries = random_matrix<double>(rows, columns, seed);
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      entries.view().data(), rows, columns);
}

/// G = BᵀB and C = A·B for any B, with half of A negative, so that C lies in the range of G.
inline Subproblem<double> make_from(const Eigen::MatrixXd& b, Index rows, std::uint64_t seed) {
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

inline Eigen::MatrixXd well_conditioned(Index k, std::uint64_t seed) {
  return random_eigen(2 * k + 3, k, seed);
}

/// Pairs of columns that differ by a millionth.
inline Eigen::MatrixXd ill_conditioned(Index k, std::uint64_t seed) {
  Eigen::MatrixXd b = well_conditioned(k, seed);
  for (Index l = 1; l < k; l += 2) {
    b.col(l) = b.col(l - 1) + 1e-6 * b.col(l);
  }
  return b;
}

inline Eigen::MatrixXd with_duplicates(Index k, std::uint64_t seed) {
  Eigen::MatrixXd b = well_conditioned(k, seed);
  for (Index l = 1; l < k; l += 2) {
    b.col(l) = b.col(l - 1);
  }
  return b;
}

inline Eigen::MatrixXd of_low_rank(Index k, std::uint64_t seed) {
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

inline double row_objective(const Subproblem<double>& problem, Index row) {
  Subproblem<double> single{problem.gram, Matrix<double>(1, problem.gram.rows()),
                            Matrix<double>(1, problem.gram.rows())};
  std::ranges::copy(problem.cross.view().rows({row, row + 1}).span(), single.cross.span().begin());
  std::ranges::copy(problem.factor.view().rows({row, row + 1}).span(),
                    single.factor.span().begin());
  return objective(single);
}

}  // namespace tessera::testing
