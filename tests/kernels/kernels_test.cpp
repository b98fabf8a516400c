#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tessera/kernels/gemm_skinny.hpp"
#include "tessera/kernels/gram.hpp"
#include "tessera/kernels/optimality.hpp"
#include "tessera/kernels/residual.hpp"
#include "tessera/kernels/row_times_gram.hpp"

#include "every_instruction_set.hpp"
#include "random_matrix.hpp"

namespace tessera {
namespace {

using testing::random_matrix;
using testing::with_every_instruction_set;

template <class Real>
Matrix<Real> random_symmetric(Index order, std::uint64_t seed) {
  const auto half = random_matrix<Real>(order, order, seed);
  Matrix<Real> matrix(order, order);
  for (Index l = 0; l < order; ++l) {
    for (Index j = 0; j < order; ++j) {
      matrix(l, j) = half(l, j) + half(j, l);
    }
  }
  return matrix;
}

template <class Real>
class Kernels : public ::testing::Test {
 protected:
  /// Rounding of a sum of `length` products of numbers below 1.
  static double rounding(Index length) {
    return 4.0 * static_cast<double>(length) * std::numeric_limits<Real>::epsilon();
  }
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Kernels, Precisions);

struct Shape {
  Index rows, columns, rank;
};
constexpr Shape kShapes[] = {{1, 1, 1},     {5, 3, 2},      {64, 33, 7},
                             {300, 17, 16}, {513, 130, 50}, {9, 5, 131}};

TYPED_TEST(Kernels, MultiplyEqualsTheDefinition) {
  for (const auto [rows, columns, rank] : kShapes) {
    const auto a = random_matrix<TypeParam>(rows, columns, 1);
    const auto f = random_matrix<TypeParam>(columns, rank, 2);
    Matrix<TypeParam> result(rows, rank);
    kernels::multiply<TypeParam>(a.view(), f.view(), result.view());
    for (Index i = 0; i < rows; ++i) {
      for (Index l = 0; l < rank; ++l) {
        double expected = 0;
        for (Index j = 0; j < columns; ++j) {
          expected += static_cast<double>(a(i, j)) * f(j, l);
        }
        ASSERT_NEAR(result(i, l), expected, this->rounding(columns));
      }
    }
  }
}

TYPED_TEST(Kernels, TransposedMultiplyAddsToTheResult) {
  for (const auto [rows, columns, rank] : kShapes) {
    const auto a = random_matrix<TypeParam>(rows, columns, 1);
    const auto f = random_matrix<TypeParam>(rows, rank, 2);
    Matrix<TypeParam> result(columns, rank);
    std::ranges::fill(result.span(), TypeParam{1});
    kernels::add_transposed_multiply<TypeParam>(a.view(), f.view(), result.view());
    for (Index j = 0; j < columns; ++j) {
      for (Index l = 0; l < rank; ++l) {
        double expected = 1;
        for (Index i = 0; i < rows; ++i) {
          expected += static_cast<double>(a(i, j)) * f(i, l);
        }
        ASSERT_NEAR(result(j, l), expected, this->rounding(rows));
      }
    }
  }
}

TYPED_TEST(Kernels, EmptyBlocksGiveZeros) {
  Matrix<TypeParam> no_columns(3, 0);
  Matrix<TypeParam> no_rows(0, 2);
  auto result = random_matrix<TypeParam>(3, 2, 1);
  kernels::multiply<TypeParam>(no_columns.view(), no_rows.view(), result.view());
  for (const TypeParam entry : result.span()) {
    EXPECT_EQ(entry, 0);
  }
  auto unchanged = random_matrix<TypeParam>(4, 2, 1);
  const auto before = unchanged;
  kernels::add_transposed_multiply<TypeParam>(Matrix<TypeParam>(0, 4).view(), no_rows.view(),
                                              unchanged.view());
  EXPECT_TRUE(std::ranges::equal(unchanged.span(), before.span()));
}

TYPED_TEST(Kernels, ShapesThatDoNotFitAreNamed) {
  const Matrix<TypeParam> a(3, 4);
  const Matrix<TypeParam> f(5, 2);
  Matrix<TypeParam> result(3, 2);
  try {
    kernels::multiply<TypeParam>(a.view(), f.view(), result.view());
    FAIL() << "accepted";
  } catch (const ShapeError& error) {
    EXPECT_NE(std::string(error.what()).find("5x2"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("4x2"), std::string::npos) << error.what();
  }
}

TYPED_TEST(Kernels, GramIsSymmetricAndSummedInDouble) {
  for (const auto [rows, columns, rank] : kShapes) {
    const auto f = random_matrix<TypeParam>(rows, rank, 3);
    Matrix<double> expected(rank, rank);
    for (Index i = 0; i < rows; ++i) {
      for (Index l = 0; l < rank; ++l) {
        for (Index j = 0; j < rank; ++j) {
          expected(l, j) += static_cast<double>(f(i, l)) * f(i, j);
        }
      }
    }
    with_every_instruction_set([&] {
      Matrix<double> workspace(kernels::kGramTileRows, rank);
      Matrix<double> gram(rank, rank);
      kernels::gram<TypeParam>(f.view(), workspace.view(), gram.view());
      for (Index l = 0; l < rank; ++l) {
        for (Index j = 0; j < rank; ++j) {
          const double bound = 4.0 * static_cast<double>(rows) * 2.3e-16;
          ASSERT_NEAR(gram(l, j), expected(l, j), bound * expected(l, j));
          ASSERT_EQ(gram(l, j), gram(j, l));
        }
      }
    });
  }
}

TYPED_TEST(Kernels, GramIsThatOfEveryNumberOfColumns) {
  constexpr Index kRows = 67;
  for (Index rank = 1; rank <= 80; ++rank) {
    const auto f = random_matrix<TypeParam>(kRows, rank, 3);
    with_every_instruction_set([&] {
      Matrix<double> workspace(kernels::kGramTileRows, rank);
      Matrix<double> gram(rank, rank);
      kernels::gram<TypeParam>(f.view(), workspace.view(), gram.view());
      for (Index l = 0; l < rank; ++l) {
        for (Index j = 0; j < rank; ++j) {
          double expected = 0;
          for (Index i = 0; i < kRows; ++i) {
            expected += static_cast<double>(f(i, l)) * f(i, j);
          }
          ASSERT_NEAR(gram(l, j), expected, 4.0 * kRows * 2.3e-16 * expected) << "k = " << rank;
        }
      }
    });
  }
}

TYPED_TEST(Kernels, RowTimesGramEqualsTheDefinition) {
  for (const Index rank : {1, 2, 3, 7, 9, 15, 16, 17, 31, 50, 64, 69, 130}) {
    const auto f = random_matrix<TypeParam>(1, rank, 4);
    const auto gram = random_symmetric<TypeParam>(rank, 5);
    with_every_instruction_set([&] {
      std::vector<TypeParam> result(static_cast<std::size_t>(rank));
      kernels::row_times_gram<TypeParam>(f.view().row(0), gram.view(), result.data());
      for (Index l = 0; l < rank; ++l) {
        double expected = 0;
        for (Index j = 0; j < rank; ++j) {
          expected += static_cast<double>(f(0, j)) * gram(j, l);
        }
        ASSERT_NEAR(result[static_cast<std::size_t>(l)], expected, 2 * this->rounding(rank));
      }
    });
  }
}

TYPED_TEST(Kernels, RowsTimesGramAreRowTimesGramHoweverManyThereAre) {
  for (const Index rank : {1, 3, 8, 50, 69}) {
    const auto f = random_matrix<TypeParam>(75, rank, 4);
    const auto gram = random_symmetric<TypeParam>(rank, 5);
    with_every_instruction_set([&] {
      Matrix<TypeParam> whole(75, rank);
      kernels::rows_times_gram<TypeParam>(f.view(), gram.view(), whole.view());
      for (const Index count : {1, 6, 17, 64}) {
        Matrix<TypeParam> part(count, rank);
        kernels::rows_times_gram<TypeParam>(f.view().rows({9, 9 + count}), gram.view(),
                                            part.view());
        EXPECT_TRUE(std::ranges::equal(part.span(), whole.view().rows({9, 9 + count}).span()));
      }
      std::vector<TypeParam> row(static_cast<std::size_t>(rank));
      kernels::row_times_gram<TypeParam>(f.view().row(20), gram.view(), row.data());
      for (Index l = 0; l < rank; ++l) {
        ASSERT_NEAR(whole(20, l), row[static_cast<std::size_t>(l)], 2 * this->rounding(rank));
      }
    });
  }
}

TYPED_TEST(Kernels, ResidualEqualsTheDefinitionAcrossTiles) {
  for (const auto& [rows, columns, rank] :
       {Shape{1, 1, 1}, Shape{40, 30, 3}, Shape{300, 5000, 4}}) {
    const auto a = random_matrix<TypeParam>(rows, columns, 1);
    const auto w = random_matrix<TypeParam>(rows, rank, 2);
    const auto h = random_matrix<TypeParam>(columns, rank, 3);
    double expected = 0;
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < columns; ++j) {
        double difference = a(i, j);
        for (Index l = 0; l < rank; ++l) {
          difference -= static_cast<double>(w(i, l)) * h(j, l);
        }
        expected += difference * difference;
      }
    }
    EXPECT_NEAR(kernels::squared_residual<TypeParam>(a.view(), w.view(), h.view()), expected,
                1e-12 * expected);
  }
}

TYPED_TEST(Kernels, OptimalityIsZeroExactlyAtTheSolution) {
  // min ½‖f‖² − ⟨f, c⟩ over f ≥ 0 is solved by max(0, c).
  Matrix<TypeParam> identity(2, 2);
  identity(0, 0) = identity(1, 1) = 1;
  Matrix<TypeParam> cross(1, 2);
  cross(0, 0) = 3;
  cross(0, 1) = -2;
  Matrix<TypeParam> factor(1, 2);
  factor(0, 0) = 3;
  const std::vector<double> scale = {1.0, 1.0};
  Matrix<TypeParam> workspace(kernels::kTileRows, 2);
  const kernels::Subproblem<TypeParam> problem{identity.view(), cross.view(), factor.view(), 0.0,
                                               scale};
  const auto at_solution = kernels::measure_optimality<TypeParam>(problem, workspace.view());
  EXPECT_EQ(at_solution.projected_gradient, 0.0);
  EXPECT_EQ(at_solution.cross, 13.0);
  factor(0, 0) = 2;
  factor(0, 1) = 1;
  const auto elsewhere = kernels::measure_optimality<TypeParam>(problem, workspace.view());
  EXPECT_EQ(elsewhere.projected_gradient, 1.0 + 9.0);
}

TYPED_TEST(Kernels, OptimalityCountsBoundsAndCoupledRows) {
  // Two rows of one component, joined by an edge of weight 2: ∇ = f − c + 2·(f − other f).
  Matrix<TypeParam> one(1, 1);
  one(0, 0) = 1;
  Matrix<TypeParam> cross(2, 1);
  Matrix<TypeParam> factor(2, 1);
  factor(0, 0) = 4;
  factor(1, 0) = 1;
  Matrix<TypeParam> attraction(2, 1);
  attraction(0, 0) = 2 * factor(1, 0);
  attraction(1, 0) = 2 * factor(0, 0);
  const std::vector<TypeParam> degrees = {2, 2};
  const std::vector<double> scale = {1.0};
  Matrix<TypeParam> workspace(kernels::kTileRows, 1);
  kernels::Subproblem<TypeParam> problem{.gram = one.view(),
                                         .cross = cross.view(),
                                         .factor = factor.view(),
                                         .scale = scale,
                                         .coupling = {attraction.view(), degrees}};
  const auto measured = [&] {
    return kernels::measure_optimality<TypeParam>(problem, workspace.view()).projected_gradient;
  };
  EXPECT_EQ(measured(), 10.0 * 10.0 + 5.0 * 5.0);
  problem.upper_bound = 4;  // the objective falls away from it: no reason to stay
  EXPECT_EQ(measured(), 10.0 * 10.0 + 5.0 * 5.0);
  cross(0, 0) = 20;  // it would fall beyond it: optimal
  EXPECT_EQ(measured(), 5.0 * 5.0);
}

}  // namespace
}  // namespace tessera
