#include "tessera/kernels/spmm.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "tessera/matrix/transposed_panels.hpp"

#include "every_instruction_set.hpp"
#include "random_matrix.hpp"

namespace tessera {
namespace {

struct Shape {
  Index rows, columns, rank;
};
constexpr Shape kShapes[] = {{1, 1, 1}, {5, 3, 2}, {64, 33, 7}, {300, 17, 16}, {9, 200, 50}};

using testing::compress;
using testing::random_matrix;
using testing::random_sparse;

std::vector<Range> row_ranges(Index rows) {
  return {{0, rows}, {0, 0}, {rows, rows}, {0, rows / 2}, {rows / 2, rows}, {rows / 3, rows / 2}};
}

template <class Real>
class Spmm : public ::testing::Test {
 protected:
  /// Rounding of a sum of `length` products of numbers below 1.
  static double rounding(Index length) {
    return 4.0 * static_cast<double>(length) * std::numeric_limits<Real>::epsilon();
  }
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Spmm, Precisions);

TYPED_TEST(Spmm, MultiplyEqualsTheDefinitionForAnyRows) {
  for (const auto [rows, columns, rank] : kShapes) {
    const auto dense = random_sparse<TypeParam>(rows, columns);
    const auto a = compress(dense);
    const auto f = random_matrix<TypeParam>(columns, rank, 3);
    for (const Range range : row_ranges(rows)) {
      Matrix<TypeParam> result(range.size(), rank);
      std::ranges::fill(result.span(), std::numeric_limits<TypeParam>::quiet_NaN());
      kernels::multiply<TypeParam>(a, range, f.view(), result.view());
      for (Index i = 0; i < range.size(); ++i) {
        for (Index l = 0; l < rank; ++l) {
          double expected = 0;
          for (Index j = 0; j < columns; ++j) {
            expected += static_cast<double>(dense(range.begin + i, j)) * f(j, l);
          }
          ASSERT_NEAR(result(i, l), expected, this->rounding(columns));
        }
      }
    }
  }
}

TYPED_TEST(Spmm, TransposedMultiplyAddsToTheResultForAnyRows) {
  for (const auto [rows, columns, rank] : kShapes) {
    const auto dense = random_sparse<TypeParam>(rows, columns);
    const auto a = compress(dense);
    for (const Range range : row_ranges(rows)) {
      const auto f = random_matrix<TypeParam>(range.size(), rank, 4);
      Matrix<TypeParam> result(columns, rank);
      std::ranges::fill(result.span(), TypeParam{1});
      kernels::add_transposed_multiply<TypeParam>(a, range, f.view(), result.view());
      for (Index j = 0; j < columns; ++j) {
        for (Index l = 0; l < rank; ++l) {
          double expected = 1;
          for (Index i = 0; i < range.size(); ++i) {
            expected += static_cast<double>(dense(range.begin + i, j)) * f(i, l);
          }
          ASSERT_NEAR(result(j, l), expected, this->rounding(rows + 1));
        }
      }
    }
  }
}

TYPED_TEST(Spmm, TransposedPanelsGiveTheSameBits) {
  const auto a = compress(random_sparse<TypeParam>(70000, 4));
  for (const Index rank : {1, 40}) {
    const auto f = random_matrix<TypeParam>(a.rows().size(), rank, 4);
    Matrix<TypeParam> expected(a.columns().size(), rank);
    kernels::add_transposed_multiply<TypeParam>(a, {0, a.rows().size()}, f.view(), expected.view());
    const auto panels = transposed_panels(a, rank);
    for (const Index cut : {0, 1, 3, 4}) {
      Matrix<TypeParam> result(a.columns().size(), rank);
      for (const Range columns : {Range{0, cut}, Range{cut, a.columns().size()}}) {
        kernels::add_transposed_multiply<TypeParam>(panels, columns, f.view(),
                                                    result.view().rows(columns));
      }
      EXPECT_TRUE(std::ranges::equal(result.span(), expected.span()));
    }
  }
}

TYPED_TEST(Spmm, ImpliedOnesGiveTheSameBits) {
  constexpr Index kRows = 70;
  constexpr Index kColumns = 90;
  const auto [held, implied] = testing::ones<TypeParam>(kRows, kColumns);
  const auto products = [](const SparseBlock<TypeParam>& a, Index k) {
    const auto w = random_matrix<TypeParam>(kRows, k, 3);
    const auto h = random_matrix<TypeParam>(kColumns, k, 4);
    Matrix<TypeParam> all(kRows + 2 * kColumns + 1, k);
    const auto view = all.view();
    kernels::multiply<TypeParam>(a, {0, kRows}, h.view(), view.rows({0, kRows}));
    kernels::add_transposed_multiply<TypeParam>(a, {0, kRows}, w.view(),
                                                view.rows({kRows, kRows + kColumns}));
    kernels::add_transposed_multiply<TypeParam>(
        transposed_panels(a, k), {0, kColumns}, w.view(),
        view.rows({kRows + kColumns, kRows + 2 * kColumns}));
    all(kRows + 2 * kColumns, 0) =
        static_cast<TypeParam>(kernels::inner_product_with<TypeParam>(a, w.view(), h.view()));
    return all;
  };
  testing::with_every_instruction_set([&] {
    for (const Index k : {1, 3, 8, 17, 50, 130}) {
      EXPECT_TRUE(std::ranges::equal(products(implied, k).span(), products(held, k).span())) << k;
    }
  });
}

TYPED_TEST(Spmm, InnerProductEqualsTheDefinition) {
  for (const auto [rows, columns, rank] : kShapes) {
    const auto dense = random_sparse<TypeParam>(rows, columns);
    const auto w = random_matrix<TypeParam>(rows, rank, 5);
    const auto h = random_matrix<TypeParam>(columns, rank, 6);
    double expected = 0;
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < columns; ++j) {
        for (Index l = 0; l < rank; ++l) {
          expected += static_cast<double>(dense(i, j)) * w(i, l) * h(j, l);
        }
      }
    }
    const double rounding =
        static_cast<double>(rows * columns * rank) * std::numeric_limits<double>::epsilon();
    EXPECT_NEAR(kernels::inner_product_with<TypeParam>(compress(dense), w.view(), h.view()),
                expected, rounding);
  }
}

TYPED_TEST(Spmm, EmptyBlocksGiveZeros) {
  for (const auto& [rows, columns] : {std::pair<Index, Index>{0, 5}, {5, 0}, {0, 0}, {4, 6}}) {
    const auto a = compress(Matrix<TypeParam>(rows, columns));
    const auto w = random_matrix<TypeParam>(rows, 3, 7);
    const auto h = random_matrix<TypeParam>(columns, 3, 8);
    Matrix<TypeParam> by_rows(rows, 3);
    std::ranges::fill(by_rows.span(), TypeParam{9});
    kernels::multiply<TypeParam>(a, {0, rows}, h.view(), by_rows.view());
    EXPECT_TRUE(std::ranges::all_of(by_rows.span(), [](TypeParam value) { return value == 0; }));
    Matrix<TypeParam> by_columns(columns, 3);
    kernels::add_transposed_multiply<TypeParam>(a, {0, rows}, w.view(), by_columns.view());
    EXPECT_TRUE(std::ranges::all_of(by_columns.span(), [](TypeParam value) { return value == 0; }));
    EXPECT_EQ(kernels::inner_product_with<TypeParam>(a, w.view(), h.view()), 0);
  }
}

TYPED_TEST(Spmm, RefusesShapesThatDoNotFit) {
  const auto a = compress(random_sparse<TypeParam>(6, 4));
  Matrix<TypeParam> good(4, 2);
  Matrix<TypeParam> wrong(5, 2);
  Matrix<TypeParam> result(6, 2);
  const auto view = [](const Matrix<TypeParam>& matrix) { return matrix.view(); };
  EXPECT_THROW(kernels::multiply<TypeParam>(a, {0, 6}, view(wrong), result.view()), ShapeError);
  EXPECT_THROW(kernels::multiply<TypeParam>(a, {0, 5}, view(good), result.view()), ShapeError);
  EXPECT_THROW(kernels::add_transposed_multiply<TypeParam>(a, {0, 6}, view(wrong), good.view()),
               ShapeError);
  EXPECT_THROW(
      static_cast<void>(kernels::inner_product_with<TypeParam>(a, view(result), view(wrong))),
      ShapeError);
}

}  // namespace
}  // namespace tessera
