#include "tessera/scalapack/svd.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "tessera/core/error.hpp"
#include "tessera/core/random.hpp"

#include "mpi_test.hpp"

namespace tessera::scalapack {
namespace {

using testing::test_world;

Matrix<double> random_matrix(Index k) {
  Matrix<double> matrix(k, k);
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < k; ++j) {
      matrix(i, j) = random::normal(3, random::Stream::generate_noise, i, j);
    }
  }
  return matrix;
}

/// M = left·diag(values)·rightᵀ with orthonormal columns on both sides and falling values.
void expect_decomposes(const Matrix<double>& matrix, const SmallSvd& svd) {
  const Index k = matrix.rows();
  const double rounding = 16 * std::numeric_limits<double>::epsilon() * static_cast<double>(k);
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < k; ++j) {
      double product = 0;
      double left = 0;
      double right = 0;
      for (Index l = 0; l < k; ++l) {
        product += svd.left(i, l) * svd.values[static_cast<std::size_t>(l)] * svd.right(j, l);
        left += svd.left(l, i) * svd.left(l, j);
        right += svd.right(l, i) * svd.right(l, j);
      }
      EXPECT_NEAR(product, matrix(i, j), rounding * svd.values.front());
      EXPECT_NEAR(left, i == j ? 1 : 0, rounding);
      EXPECT_NEAR(right, i == j ? 1 : 0, rounding);
    }
  }
  EXPECT_TRUE(std::ranges::is_sorted(svd.values, std::greater{}));
  EXPECT_GE(svd.values.back(), 0.0);
}

TEST(Decompose, EqualsTheDefinition) {
  for (const Index k : {1, 2, 7, 30}) {
    const Matrix<double> matrix = random_matrix(k);
    expect_decomposes(matrix, decompose(matrix.view(), test_world()));
  }
}

TEST(Decompose, TakesSingularMatrices) {
  const Matrix<double> zero(4, 4);
  const auto of_zero = decompose(zero.view(), test_world());
  EXPECT_EQ(of_zero.values, std::vector<double>(4, 0.0));
  expect_decomposes(zero, of_zero);

  Matrix<double> twice = random_matrix(5);
  std::copy_n(twice.view().row(0), 5, twice.view().row(3));
  expect_decomposes(twice, decompose(twice.view(), test_world()));
}

TEST(Decompose, IsTheSameToTheBitOnEveryProcess) {
  Matrix<double> matrix = random_matrix(6);
  matrix(2, 4) += 1e-16 * test_world().rank();  // as where processes do not round alike
  const auto svd = decompose(matrix.view(), test_world());
  auto of_process_0 = svd;
  test_world().broadcast(of_process_0.left.span(), 0);
  test_world().broadcast(of_process_0.right.span(), 0);
  EXPECT_TRUE(std::ranges::equal(svd.left.span(), of_process_0.left.span()));
  EXPECT_TRUE(std::ranges::equal(svd.right.span(), of_process_0.right.span()));
}

TEST(Decompose, RefusesWhatIsNotFiniteOrNotSquare) {
  Matrix<double> matrix = random_matrix(3);
  matrix(1, 2) = std::nan("");
  try {
    static_cast<void>(decompose(matrix.view(), test_world()));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::numerical);
  }
  const Matrix<double> wide(2, 3);
  EXPECT_THROW(static_cast<void>(decompose(wide.view(), test_world())), ShapeError);
}

}  // namespace
}  // namespace tessera::scalapack
