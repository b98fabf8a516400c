#include "tessera/kernels/beta_products.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <omp.h>

#include "tessera/kernels/divergence.hpp"
#include "tessera/matrix/transposed_panels.hpp"

#include "every_instruction_set.hpp"
#include "random_matrix.hpp"

namespace tessera {
namespace {

using testing::compress;
using testing::random_matrix;
using testing::random_sparse;
using testing::with_every_instruction_set;

constexpr double kBetas[] = {0.5, 1.0, 1.5, 2.0, 3.0};

double p(double a, double x, double beta) { return a * std::pow(x, beta - 2); }
double q(double x, double beta) { return std::pow(x, beta - 1); }
double d(double a, double x, double beta) {
  if (beta == 1) {
    return (a > 0 ? a * std::log(a / x) : 0) - a + x;
  }
  if (beta == 0) {
    return a / x - std::log(a / x) - 1;
  }
  return (std::pow(a, beta) + (beta - 1) * std::pow(x, beta) - beta * a * std::pow(x, beta - 1)) /
         (beta * (beta - 1));
}

/// What the passes sum, by the definition, over the places where `counts` is true.
struct Expected {
  Matrix<double> row_numerator, row_denominator, column_numerator, column_denominator;
  double distance = 0;
  double predicted = 0;  ///< Σ x
};

template <class Real, class Counts, class Weight>
Expected by_definition(const Matrix<Real>& a, const Matrix<Real>& w, const Matrix<Real>& h,
                       double beta, const Counts& counts, const Weight& weight) {
  const Index k = w.columns();
  Expected sums{Matrix<double>(a.rows(), k), Matrix<double>(a.rows(), k),
                Matrix<double>(a.columns(), k), Matrix<double>(a.columns(), k)};
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.columns(); ++j) {
      if (!counts(i, j)) {
        continue;
      }
      double x = 0;
      for (Index l = 0; l < k; ++l) {
        x += static_cast<double>(w(i, l)) * h(j, l);
      }
      for (Index l = 0; l < k; ++l) {
        sums.row_numerator(i, l) += weight(i, j) * p(a(i, j), x, beta) * h(j, l);
        sums.row_denominator(i, l) += weight(i, j) * q(x, beta) * h(j, l);
        sums.column_numerator(j, l) += weight(i, j) * p(a(i, j), x, beta) * w(i, l);
        sums.column_denominator(j, l) += weight(i, j) * q(x, beta) * w(i, l);
      }
      sums.distance += weight(i, j) * d(a(i, j), x, beta);
      sums.predicted += weight(i, j) * x;
    }
  }
  return sums;
}

template <class Real>
void expect_near(const Matrix<Real>& actual, const Matrix<double>& expected) {
  // Sums of at most 70 positive terms, each with the rounding of a prediction and two powers.
  const double rounding = 500 * static_cast<double>(std::numeric_limits<Real>::epsilon());
  for (Index i = 0; i < expected.rows(); ++i) {
    for (Index l = 0; l < expected.columns(); ++l) {
      ASSERT_NEAR(actual(i, l), expected(i, l), rounding * (1 + expected(i, l)));
    }
  }
}

/// Coefficients well above zero, so that no power is extreme.
template <class Real>
Matrix<Real> positive_matrix(Index rows, Index columns, int seed) {
  auto matrix = random_matrix<Real>(rows, columns, seed);
  for (Real& entry : matrix.span()) {
    entry = std::abs(entry) + Real{0.5};
  }
  return matrix;
}

template <class Real>
class BetaProducts : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(BetaProducts, Precisions);

TYPED_TEST(BetaProducts, OfStoredEntriesAreTheDefinitionForEveryRankAndInstructionSet) {
  constexpr Index kRows = 40;
  constexpr Index kColumns = 31;
  auto dense = random_sparse<TypeParam>(kRows, kColumns);
  for (TypeParam& entry : dense.span()) {
    entry = std::round(4 * std::abs(entry));  // counts, most of them small
  }
  const auto a = compress(dense);
  const auto stored = [&](Index i, Index j) { return dense(i, j) != 0; };
  const auto weight = [](Index i, Index j) { return 0.5 + static_cast<double>((i + j) % 3); };
  AlignedVector<TypeParam> weights;
  for (Index i = 0; i < kRows; ++i) {
    for (Index j = 0; j < kColumns; ++j) {
      if (stored(i, j)) {
        weights.push_back(static_cast<TypeParam>(weight(i, j)));
      }
    }
  }
  with_every_instruction_set([&] {
    for (Index k = 1; k <= 70; k += k < 20 ? 1 : 7) {
      const auto w = positive_matrix<TypeParam>(kRows, k, 1);
      const auto h = positive_matrix<TypeParam>(kColumns, k, 2);
      for (const double beta : {1.0, 2.0, 0.5}) {
        const auto expected = by_definition(dense, w, h, beta, stored, weight);
        kernels::BetaWorkspace<TypeParam> workspace;
        const kernels::BetaOperands<TypeParam> operands{w.view(), h.view(), beta, TypeParam{0},
                                                        weights};
        Matrix<TypeParam> numerator(kRows, k);
        Matrix<TypeParam> denominator(kRows, k);
        const double distance = kernels::row_sums<TypeParam>(
            a, operands, {numerator.view(), denominator.view()}, workspace);
        expect_near(numerator, expected.row_numerator);
        expect_near(denominator, expected.row_denominator);
        EXPECT_NEAR(distance, expected.distance,
                    1e3 * static_cast<double>(std::numeric_limits<TypeParam>::epsilon()) *
                        (expected.distance + expected.predicted));
        Matrix<TypeParam> of_columns(kColumns, k);
        Matrix<TypeParam> denominator_of_columns(kColumns, k);
        kernels::add_column_sums<TypeParam>(
            a, operands, {of_columns.view(), denominator_of_columns.view()}, workspace);
        expect_near(of_columns, expected.column_numerator);
        expect_near(denominator_of_columns, expected.column_denominator);
      }
    }
  });
}

TYPED_TEST(BetaProducts, KullbackLeiblerOfAWholeMatrixLeavesOutDenominatorsAndPredictions) {
  auto dense = random_sparse<TypeParam>(50, 23);
  for (TypeParam& entry : dense.span()) {
    entry = std::abs(entry) < TypeParam(0.1) ? std::abs(entry) * TypeParam{1e4}
                                             : std::round(3 * std::abs(entry));
  }
  const auto a = compress(dense);
  const auto w = positive_matrix<TypeParam>(50, 6, 3);
  const auto h = positive_matrix<TypeParam>(23, 6, 4);
  const auto expected = by_definition(
      dense, w, h, 1, [&](Index i, Index j) { return dense(i, j) != 0; },
      [](Index, Index) { return 1.0; });
  Matrix<TypeParam> numerator(50, 6);
  kernels::BetaWorkspace<TypeParam> workspace;
  const double distance = kernels::row_sums<TypeParam>(a, {w.view(), h.view(), 1, TypeParam{0}},
                                                       {numerator.view(), {}}, workspace);
  expect_near(numerator, expected.row_numerator);
  EXPECT_NEAR(distance + expected.predicted, expected.distance,
              1e3 * static_cast<double>(std::numeric_limits<TypeParam>::epsilon()) *
                  (std::abs(expected.distance) + expected.predicted));
}

TYPED_TEST(BetaProducts, OfAllEntriesAreTheDefinitionForDenseAndSparseBlocks) {
  // More rows and columns than one tile.
  constexpr Index kRows = 130;
  constexpr Index kColumns = 1100;
  constexpr Index kRank = 5;
  auto dense = random_sparse<TypeParam>(kRows, kColumns);
  for (TypeParam& entry : dense.span()) {
    entry = std::abs(entry);
  }
  const auto w = positive_matrix<TypeParam>(kRows, kRank, 5);
  const auto h = positive_matrix<TypeParam>(kColumns, kRank, 6);
  const auto every = [](Index, Index) { return true; };
  const auto one = [](Index, Index) { return 1.0; };
  const Block<TypeParam> blocks[] = {DenseBlock<TypeParam>({0, kRows}, {0, kColumns}, dense),
                                     compress(dense)};
  for (const double beta : kBetas) {
    const auto expected = by_definition(dense, w, h, beta, every, one);
    for (const auto& block : blocks) {
      Matrix<TypeParam> numerator(kRows, kRank);
      Matrix<TypeParam> denominator(kRows, kRank);
      Matrix<TypeParam> of_columns(kColumns, kRank);
      Matrix<TypeParam> denominator_of_columns(kColumns, kRank);
      kernels::BetaWorkspace<TypeParam> workspace;
      const kernels::BetaOperands<TypeParam> operands{w.view(), h.view(), beta, TypeParam{0}};
      const double distance = kernels::add_all_row_sums<TypeParam>(
          block, operands, {numerator.view(), denominator.view()}, workspace);
      kernels::add_all_column_sums<TypeParam>(block, operands,
                                              {of_columns.view(), denominator_of_columns.view()});
      expect_near(numerator, expected.row_numerator);
      expect_near(denominator, expected.row_denominator);
      expect_near(of_columns, expected.column_numerator);
      expect_near(denominator_of_columns, expected.column_denominator);
      EXPECT_NEAR(distance / expected.distance, 1.0,
                  1e3 * static_cast<double>(std::numeric_limits<TypeParam>::epsilon()));
    }
  }
}

TYPED_TEST(BetaProducts, EmptyBlocksSumToNothing) {
  const auto w = positive_matrix<TypeParam>(3, 2, 7);
  const auto h = positive_matrix<TypeParam>(0, 2, 8);
  const auto a = compress(Matrix<TypeParam>(3, 0));
  Matrix<TypeParam> numerator(3, 2);
  kernels::BetaWorkspace<TypeParam> workspace;
  EXPECT_EQ(
      kernels::row_sums<TypeParam>(a, {w.view(), h.view()}, {numerator.view(), {}}, workspace),
      0.0);
  for (const TypeParam entry : numerator.span()) {
    EXPECT_EQ(entry, TypeParam{0});
  }
}

TEST(BetaProducts, ACopyByColumnsGivesTheSameBits) {
  const auto a = compress(random_sparse<float>(70000, 4));
  for (const Index k : {3, 40}) {
    const auto w = random_matrix<float>(a.rows().size(), k, 3);
    const auto h = random_matrix<float>(a.columns().size(), k, 4);
    for (const double beta : {1.0, 0.5}) {
      kernels::BetaWorkspace<float> workspace;
      Matrix<float> expected[] = {Matrix<float>(4, k), Matrix<float>(4, k)};
      kernels::add_column_sums<float>(a, {w.view(), h.view(), beta, 1e-6F},
                                      {expected[0].view(), expected[1].view()}, workspace);
      Matrix<float> result[] = {Matrix<float>(4, k), Matrix<float>(4, k)};
      const auto panels = transposed_panels(a, k);
      for (const auto& panel : panels) {
        kernels::add_row_sums<float>(panel,
                                     {h.view(), w.view().rows(rows_of(panels, panel)), beta, 1e-6F},
                                     {result[0].view(), result[1].view()}, workspace);
      }
      for (const int sum : {0, 1}) {
        EXPECT_TRUE(std::ranges::equal(result[sum].span(), expected[sum].span()));
      }
    }
  }
}

TYPED_TEST(BetaProducts, ImpliedOnesGiveTheSameBits) {
  // More rows and entries than one chunk of stored entries, more columns than one tile of all.
  constexpr Index kRows = 130;
  constexpr Index kColumns = 1100;
  const auto [held, implied] = testing::ones<TypeParam>(kRows, kColumns);
  const auto weights = random_matrix<TypeParam>(held.stored_entries(), 1, 9);
  for (const Index k : {1, 7, 40}) {
    const auto w = positive_matrix<TypeParam>(kRows, k, 5);
    const auto h = positive_matrix<TypeParam>(kColumns, k, 6);
    // Numerators and denominators of rows and columns, of stored entries and of all, and losses.
    const auto sums = [&](const SparseBlock<TypeParam>& a,
                          const kernels::BetaOperands<TypeParam>& operands, bool wants_q) {
      Matrix<TypeParam> all(4 * (kRows + kColumns), k);
      Index end = 0;
      const auto next = [&](Index rows) {
        end += rows;
        return all.view().rows({end - rows, end});
      };
      const auto both = [&](Index rows) {
        const auto numerator = next(rows);
        return kernels::BetaSums<TypeParam>{numerator,
                                            wants_q ? next(rows) : MatrixView<TypeParam>{}};
      };
      kernels::BetaWorkspace<TypeParam> workspace;
      const double losses[] = {kernels::row_sums<TypeParam>(a, operands, both(kRows), workspace),
                               kernels::divergence_of_stored<TypeParam>(
                                   a, operands.weights, w.view(), h.view(), operands.beta, 0),
                               kernels::divergence_of_all<TypeParam>(a, w.view(), h.view(), 1, 0)};
      kernels::add_column_sums<TypeParam>(a, operands, both(kColumns), workspace);
      if (wants_q) {
        kernels::add_all_row_sums<TypeParam>(a, operands, both(kRows), workspace);
        kernels::add_all_column_sums<TypeParam>(a, operands, both(kColumns));
      }
      return std::pair(std::vector<TypeParam>(all.span().begin(), all.span().end()),
                       std::vector<double>(std::begin(losses), std::end(losses)));
    };
    for (const double beta : {1.0, 0.5, 0.0}) {
      for (const bool weighted : {false, true}) {
        kernels::BetaOperands<TypeParam> operands{w.view(), h.view(), beta, TypeParam{1e-6F}};
        if (weighted) {
          operands.weights = weights.span();
        }
        for (const bool wants_q : {false, true}) {
          EXPECT_EQ(sums(implied, operands, wants_q), sums(held, operands, wants_q))
              << "k " << k << ", beta " << beta << ", weighted " << weighted;
        }
      }
    }
  }
}

TEST(BetaProducts, ThreadsChangeNoBits) {
  const auto a = compress(random_sparse<double>(5000, 40));
  const Index k = 30;
  const auto w = random_matrix<double>(a.rows().size(), k, 3);
  const auto h = random_matrix<double>(a.columns().size(), k, 4);
  const auto sums_of = [&](int threads, Matrix<double>& numerator) {
    const int before = omp_get_max_threads();
    omp_set_num_threads(threads);
    kernels::BetaWorkspace<double> workspace;
    const double distance = kernels::row_sums<double>(a, {w.view(), h.view(), 1.0, 1e-9},
                                                      {numerator.view(), {}}, workspace);
    omp_set_num_threads(before);
    return distance;
  };
  Matrix<double> expected(a.rows().size(), k);
  const double distance = sums_of(1, expected);
  for (const int threads : {2, 3, 5}) {
    Matrix<double> result(a.rows().size(), k);
    EXPECT_EQ(sums_of(threads, result), distance);
    EXPECT_TRUE(std::ranges::equal(result.span(), expected.span()));
  }
}

}  // namespace
}  // namespace tessera
