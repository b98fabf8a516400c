#include "tessera/kernels/instruction_set.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <omp.h>

#include "tessera/core/error.hpp"
#include "tessera/kernels/gemm_skinny.hpp"
#include "tessera/kernels/gram.hpp"
#include "tessera/kernels/spmm.hpp"
#include "tessera/kernels/tile_rows.hpp"

#include "every_instruction_set.hpp"
#include "random_matrix.hpp"

namespace tessera {
namespace {

using testing::compress;
using testing::random_matrix;
using testing::random_sparse;
using testing::with_every_instruction_set;

/// Every k that leaves another remainder of vectors, up to several slices of them.
std::vector<Index> ranks() {
  std::vector<Index> ranks = {96, 100, 127, 128, 129, 200, 257};
  for (Index k = 1; k <= 70; ++k) {
    ranks.push_back(k);
  }
  return ranks;
}

template <class Real>
Matrix<double> product(const Matrix<Real>& a, const Matrix<Real>& f, bool transposed) {
  Matrix<double> result(transposed ? a.columns() : a.rows(), f.columns());
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.columns(); ++j) {
      for (Index l = 0; l < f.columns(); ++l) {
        result(transposed ? j : i, l) += static_cast<double>(a(i, j)) * f(transposed ? i : j, l);
      }
    }
  }
  return result;
}

/// To the rounding of sums of `length` non-negative products.
template <class Real>
void expect_near(const Matrix<Real>& actual, const Matrix<double>& expected, Index length) {
  const double rounding = static_cast<double>(length + 2) * std::numeric_limits<Real>::epsilon();
  for (std::size_t i = 0; i < actual.span().size(); ++i) {
    ASSERT_NEAR(actual.span()[i], expected.span()[i], rounding * expected.span()[i]) << i;
  }
}

template <class Real>
class EveryInstructionSet : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(EveryInstructionSet, Precisions);

TYPED_TEST(EveryInstructionSet, MultipliesDenseMatricesForAnyRank) {
  for (const Index columns : {31, 211}) {
    const auto a = random_matrix<TypeParam>(57, columns, 1);
    for (const Index k : ranks()) {
      const auto f = random_matrix<TypeParam>(columns, k, 2);
      const auto expected = product(a, f, false);
      with_every_instruction_set([&] {
        Matrix<TypeParam> result(57, k);
        kernels::multiply<TypeParam>(a.view(), f.view(), result.view());
        expect_near(result, expected, columns);
      });
    }
  }
}

TYPED_TEST(EveryInstructionSet, MultipliesTransposedDenseMatricesForAnyRank) {
  const auto a = random_matrix<TypeParam>(31, 57, 1);
  for (const Index k : ranks()) {
    const auto f = random_matrix<TypeParam>(31, k, 2);
    const auto expected = product(a, f, true);
    with_every_instruction_set([&] {
      Matrix<TypeParam> result(57, k);
      kernels::add_transposed_multiply<TypeParam>(a.view(), f.view(), result.view());
      expect_near(result, expected, 31);
    });
  }
}

TYPED_TEST(EveryInstructionSet, AddsUpSeveralPanels) {
  const auto a = random_matrix<TypeParam>(300, 2500, 1);
  for (const Index k : {3, 17, 40}) {
    const auto f = random_matrix<TypeParam>(2500, k, 2);
    const auto g = random_matrix<TypeParam>(300, k, 3);
    const auto expected = product(a, f, false);
    const auto expected_transposed = product(a, g, true);
    with_every_instruction_set([&] {
      Matrix<TypeParam> result(300, k);
      kernels::multiply<TypeParam>(a.view(), f.view(), result.view());
      expect_near(result, expected, 2500);
      Matrix<TypeParam> transposed(2500, k);
      kernels::add_transposed_multiply<TypeParam>(a.view(), g.view(), transposed.view());
      expect_near(transposed, expected_transposed, 300);
    });
  }
}

TYPED_TEST(EveryInstructionSet, MultipliesMatricesNarrowerThanAVector) {
  for (const Index size : {1, 3, 5, 15}) {
    const auto wide = random_matrix<TypeParam>(size, 57, 1);
    const auto narrow = random_matrix<TypeParam>(57, size, 1);
    for (const Index k : ranks()) {
      const auto f = random_matrix<TypeParam>(size, k, 2);
      const auto g = random_matrix<TypeParam>(57, k, 3);
      const auto expected = product(narrow, f, false);
      const auto expected_narrow = product(narrow, g, true);
      const auto expected_wide = product(wide, f, true);
      with_every_instruction_set([&] {
        Matrix<TypeParam> result(57, k);
        kernels::multiply<TypeParam>(narrow.view(), f.view(), result.view());
        expect_near(result, expected, size);
        Matrix<TypeParam> transposed_narrow(size, k);
        kernels::add_transposed_multiply<TypeParam>(narrow.view(), g.view(),
                                                    transposed_narrow.view());
        expect_near(transposed_narrow, expected_narrow, 57);
        Matrix<TypeParam> transposed_wide(57, k);
        kernels::add_transposed_multiply<TypeParam>(wide.view(), f.view(), transposed_wide.view());
        expect_near(transposed_wide, expected_wide, size);
      });
    }
  }
}

TYPED_TEST(EveryInstructionSet, AddsUpALastPanelShorterThanAVector) {
  constexpr Index kColumns = 1024 + 1;  // the longest panel and one column
  const auto a = random_matrix<TypeParam>(53, kColumns, 1);
  for (const Index k : {3, 5, 9, 10, 12, 17, 18, 20, 24}) {
    const auto f = random_matrix<TypeParam>(kColumns, k, 2);
    const auto expected = product(a, f, false);
    with_every_instruction_set([&] {
      Matrix<TypeParam> result(53, k);
      kernels::multiply<TypeParam>(a.view(), f.view(), result.view());
      expect_near(result, expected, kColumns);
    });
  }
}

TYPED_TEST(EveryInstructionSet, SumsOverRowsToTheSameBitsWhenTheyAreCutBetweenPanels) {
  constexpr Index kRows = 2 * kernels::kTransposedRows + 45;
  const auto a = random_matrix<TypeParam>(kRows, 101, 1);
  for (const Index k : {1, 7, 17, 20, 24, 35, 50, 51, 69}) {
    const auto f = random_matrix<TypeParam>(kRows, k, 2);
    with_every_instruction_set([&] {
      Matrix<TypeParam> whole(101, k);
      kernels::add_transposed_multiply<TypeParam>(a.view(), f.view(), whole.view());
      for (const Index panels : {1, 2}) {
        const Index cut = panels * kernels::kTransposedRows;
        Matrix<TypeParam> sum(101, k);
        for (const Range rows : {Range{0, cut}, Range{cut, kRows}}) {
          kernels::add_transposed_multiply<TypeParam>(a.view().rows(rows), f.view().rows(rows),
                                                      sum.view());
        }
        EXPECT_TRUE(std::ranges::equal(sum.span(), whole.span())) << cut << " rows, k = " << k;
      }
    });
  }
}

TYPED_TEST(EveryInstructionSet, MultipliesSparseMatricesForAnyRank) {
  const auto dense = random_sparse<TypeParam>(41, 90);
  const auto a = compress(dense);
  for (const Index k : ranks()) {
    const auto w = random_matrix<TypeParam>(41, k, 2);
    const auto h = random_matrix<TypeParam>(90, k, 3);
    const auto expected = product(dense, h, false);
    const auto expected_transposed = product(dense, w, true);
    with_every_instruction_set([&] {
      Matrix<TypeParam> result(41, k);
      kernels::multiply<TypeParam>(a, {0, 41}, h.view(), result.view());
      expect_near(result, expected, 90);
      Matrix<TypeParam> transposed(90, k);
      kernels::add_transposed_multiply<TypeParam>(a, {0, 41}, w.view(), transposed.view());
      expect_near(transposed, expected_transposed, 41);
      double inner = 0;
      for (std::size_t i = 0; i < w.span().size(); ++i) {
        inner += w.span()[i] * expected.span()[i];
      }
      EXPECT_NEAR(kernels::inner_product_with<TypeParam>(a, w.view(), h.view()), inner,
                  static_cast<double>(41 * 90 * k) * std::numeric_limits<double>::epsilon());
    });
  }
}

TYPED_TEST(EveryInstructionSet, GivesARowTheSameBitsHoweverRowsAreCut) {
  constexpr Index kColumns = 203;
  const auto a = random_matrix<TypeParam>(101, kColumns, 1);
  const auto sparse = compress(random_sparse<TypeParam>(101, kColumns));
  for (const Index k : {1, 7, 17, 20, 24, 35, 50, 51, 69}) {
    const auto f = random_matrix<TypeParam>(kColumns, k, 2);
    with_every_instruction_set([&] {
      Matrix<TypeParam> whole(101, k);
      Matrix<TypeParam> sparse_whole(101, k);
      kernels::multiply<TypeParam>(a.view(), f.view(), whole.view());
      kernels::multiply<TypeParam>(sparse, {0, 101}, f.view(), sparse_whole.view());
      for (const Index pieces : {2, 5, 101}) {
        Matrix<TypeParam> cut(101, k);
        Matrix<TypeParam> sparse_cut(101, k);
        for (Index piece = 0; piece < pieces; ++piece) {
          const Range rows{101 * piece / pieces, 101 * (piece + 1) / pieces};
          kernels::multiply<TypeParam>(a.view().rows(rows), f.view(), cut.view().rows(rows));
          kernels::multiply<TypeParam>(sparse, rows, f.view(), sparse_cut.view().rows(rows));
        }
        EXPECT_TRUE(std::ranges::equal(cut.span(), whole.span())) << pieces << " pieces, k = " << k;
        EXPECT_TRUE(std::ranges::equal(sparse_cut.span(), sparse_whole.span()))
            << pieces << " pieces, k = " << k;
      }
    });
  }
}

TYPED_TEST(EveryInstructionSet, GivesTheSameBitsWithAnyNumberOfThreads) {
  constexpr Index kSize = 400;  // enough work for several threads
  const auto a = random_matrix<TypeParam>(kSize, kSize, 1);
  const auto sparse = compress(random_sparse<TypeParam>(kSize, kSize));
  const auto panels = transposed_panels(sparse, 50);
  for (const Index k : {33, 37, 50, 56}) {
    const auto f = random_matrix<TypeParam>(kSize, k, 2);
    const auto products = [&](int threads) {
      omp_set_num_threads(threads);
      std::vector<Matrix<TypeParam>> results(5, Matrix<TypeParam>(kSize, k));
      for (int repeat = 0; repeat < 10; ++repeat) {
        kernels::multiply<TypeParam>(a.view(), f.view(), results[0].view());
        kernels::add_transposed_multiply<TypeParam>(a.view(), f.view(), results[1].view());
        kernels::multiply<TypeParam>(sparse, {0, kSize}, f.view(), results[2].view());
        kernels::add_transposed_multiply<TypeParam>(sparse, {0, kSize}, f.view(),
                                                    results[3].view());
        kernels::add_transposed_multiply<TypeParam>(panels, {0, kSize}, f.view(),
                                                    results[4].view());
      }
      EXPECT_TRUE(std::ranges::equal(results[4].span(), results[3].span()));
      return results;
    };
    const int before = omp_get_max_threads();
    with_every_instruction_set([&] {
      const auto expected = products(1);
      for (const int threads : {2, 3, 7}) {
        const auto results = products(threads);
        for (std::size_t i = 0; i < results.size(); ++i) {
          EXPECT_TRUE(std::ranges::equal(results[i].span(), expected[i].span()))
              << "product " << i << " on " << threads << " threads";
        }
      }
    });
    omp_set_num_threads(before);
  }
}

TYPED_TEST(EveryInstructionSet, GivesTheSameGramWithAnyNumberOfThreads) {
  constexpr Index kRows = 300;
  const int before = omp_get_max_threads();
  for (const Index k : {69, 100}) {  // enough work for several threads
    const auto f = random_matrix<TypeParam>(kRows, k, 2);
    const auto gram = [&](int threads) {
      omp_set_num_threads(threads);
      Matrix<double> workspace(kernels::kGramTileRows, k);
      Matrix<double> result(k, k);
      kernels::gram<TypeParam>(f.view(), workspace.view(), result.view());
      return result;
    };
    with_every_instruction_set([&] {
      const auto expected = gram(1);
      for (const int threads : {2, 3, 7}) {
        EXPECT_TRUE(std::ranges::equal(gram(threads).span(), expected.span())) << threads;
      }
    });
  }
  omp_set_num_threads(before);
}

TEST(InstructionSet, IsTheWidestOneUnlessToldOtherwise) {
  EXPECT_EQ(kernels::available_instruction_sets().front(), "baseline");
  EXPECT_EQ(kernels::instruction_set(), kernels::available_instruction_sets().back());
  kernels::use_instruction_set("baseline");
  EXPECT_EQ(kernels::instruction_set(), "baseline");
  kernels::use_instruction_set(kernels::available_instruction_sets().back());
}

TEST(InstructionSet, RefusesWhatTheProcessorLacks) {
  EXPECT_THROW(kernels::use_instruction_set("sve2"), UsageError);
}

}  // namespace
}  // namespace tessera
