#include "tessera/update/subset_cholesky.hpp"

#include <limits>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "subproblem.hpp"

namespace tessera::update {
namespace {

using testing::make_subproblem;

/// A set for each lane, from a few bits.
std::array<ConstIndexSet, kLanes> sets_of(IndexSets& sets, std::array<std::uint64_t, kLanes> bits) {
  std::array<ConstIndexSet, kLanes> views;
  for (Index lane = 0; lane < kLanes; ++lane) {
    sets[lane][0] = bits[static_cast<std::size_t>(lane)];
    views[static_cast<std::size_t>(lane)] = sets[lane];
  }
  return views;
}

/// The solutions for the right-hand sides in the rows of a matrix.
Matrix<double> solve(SubsetCholesky& cholesky, const Matrix<double>& right) {
  Matrix<double> solution(kLanes, right.columns());
  std::array<const double*, kLanes> from;
  std::array<double*, kLanes> to;
  for (Index lane = 0; lane < kLanes; ++lane) {
    from[static_cast<std::size_t>(lane)] = right.view().row(lane);
    to[static_cast<std::size_t>(lane)] = solution.view().row(lane);
  }
  cholesky.solve(from, to);
  return solution;
}

TEST(ScaledGram, RoundsNothing) {
  auto gram = make_subproblem<double>(1, 5, 3).gram;
  for (Index l = 0; l < 5; ++l) {
    gram(2, l) *= 1e-9;
    gram(l, 2) *= 1e-9;
  }
  ScaledGram scaled(5);
  scaled.assign(gram.view());
  for (Index i = 0; i < 5; ++i) {
    EXPECT_GE(scaled.row(i)[i], 0.5);
    EXPECT_LT(scaled.row(i)[i], 2.0);
    for (Index j = 0; j < 5; ++j) {
      EXPECT_EQ(scaled.row(i)[j] * scaled.inverse_scale(i) * scaled.inverse_scale(j), gram(i, j));
    }
  }
}

TEST(ScaledGram, KnowsDeadComponents) {
  Matrix<double> gram(2, 2);
  ScaledGram scaled(2);
  scaled.assign(gram.view());
  EXPECT_TRUE(scaled.is_zero());
  gram(0, 0) = 4;
  scaled.assign(gram.view());
  EXPECT_FALSE(scaled.is_zero());
  EXPECT_TRUE(scaled.is_live(0));
  EXPECT_FALSE(scaled.is_live(1));
}

TEST(SubsetCholesky, SolvesADifferentSystemInEachLane) {
  constexpr Index kRank = 7;
  const auto problem = make_subproblem<double>(kLanes, kRank, 5);
  ScaledGram gram(kRank);
  gram.assign(problem.gram.view());
  SubsetCholesky cholesky(kRank);
  cholesky.assign(gram);
  IndexSets sets(kLanes, kRank);
  const std::array<std::uint64_t, kLanes> bits = {0, 1, 64, 127, 0b1010101, 0b0101010, 96, 7};
  cholesky.factorize(sets_of(sets, bits));
  const auto solution = solve(cholesky, problem.cross);
  for (Index lane = 0; lane < kLanes; ++lane) {
    const Index size = count(sets[lane]);
    Eigen::MatrixXd matrix(size, size);
    Eigen::VectorXd right(size);
    Index i = 0;
    for_each_member(sets[lane], [&](Index row) {
      Index j = 0;
      for_each_member(sets[lane], [&](Index column) { matrix(i, j++) = gram.row(row)[column]; });
      right(i++) = problem.cross(lane, row);
    });
    const Eigen::VectorXd expected =
        size > 0 ? Eigen::VectorXd(matrix.ldlt().solve(right)) : Eigen::VectorXd();
    i = 0;
    for (Index l = 0; l < kRank; ++l) {
      const double value = solution(lane, l);
      if (contains(sets[lane], l)) {
        EXPECT_NEAR(value, expected(i++), 1e-11 * right.norm()) << "lane " << lane;
      } else {
        EXPECT_EQ(value, 0.0);
      }
    }
    EXPECT_EQ(cholesky.ridge(lane), 0.0);
  }
}

TEST(SubsetCholesky, GivesARidgeOnlyWhereOneIsNeeded) {
  Matrix<double> matrix(3, 3);  // components 0 and 1 are the same
  for (const auto& [i, j, value] :
       {std::tuple{0, 0, 4.0}, std::tuple{0, 1, 4.0}, std::tuple{1, 0, 4.0}, std::tuple{1, 1, 4.0},
        std::tuple{2, 2, 1.0}}) {
    matrix(i, j) = value;
  }
  ScaledGram gram(3);
  gram.assign(matrix.view());
  SubsetCholesky cholesky(3);
  cholesky.assign(gram);
  IndexSets sets(kLanes, 3);
  cholesky.factorize(sets_of(sets, {1, 2, 4, 3, 5, 6, 7, 0}));
  for (const Index lane : {0, 1, 2, 4, 5, 7}) {
    EXPECT_EQ(cholesky.ridge(lane), 0.0) << "lane " << lane;
  }
  for (const Index lane : {3, 6}) {
    EXPECT_GT(cholesky.ridge(lane), 0.0) << "lane " << lane;
    EXPECT_LE(cholesky.ridge(lane), 100 * 3 * std::numeric_limits<double>::epsilon());
  }
  Matrix<double> right(kLanes, 3);
  std::ranges::fill(right.span(), 1.0);
  const auto solution = solve(cholesky, right);
  EXPECT_NEAR(solution(3, 0) + solution(3, 1), 1.0, 1e-12);
  EXPECT_EQ(solution(0, 0), 1.0);
}

TEST(SubsetCholesky, EndsOnWhatIsNotANumber) {
  Matrix<double> matrix(2, 2);
  matrix(0, 0) = matrix(1, 1) = 1;
  matrix(0, 1) = matrix(1, 0) = std::numeric_limits<double>::quiet_NaN();
  ScaledGram gram(2);
  gram.assign(matrix.view());
  SubsetCholesky cholesky(2);
  cholesky.assign(gram);
  IndexSets sets(kLanes, 2);
  cholesky.factorize(sets_of(sets, {3, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(cholesky.ridge(1), 0.0);
  SUCCEED();
}

}  // namespace
}  // namespace tessera::update
