#include "tessera/kernels/score.hpp"

#include <cmath>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"
#include "tessera/core/random.hpp"
#include "tessera/matrix/block.hpp"

namespace tessera {
namespace {

using kernels::error_sums;
using kernels::ErrorSums;
using kernels::Scoring;

double variate(std::uint64_t seed, Index i, Index j) {
  return random::uniform(seed, random::Stream::generate_noise, i, j);
}

/// About a third of the entries are 0; W and H have rows of zeros, so some predictions are, too.
double entry(Index i, Index j) { return variate(1, i, j) < 0.3 ? 0 : 3 * variate(2, i, j); }
double entry_w(Index i, Index l) { return i % 4 == 1 ? 0 : variate(3, i, l); }
double entry_h(Index j, Index l) { return j % 5 == 2 ? 0 : variate(4, j, l); }
bool is_stored(Index i, Index j) { return i != 3 && variate(5, i, j) < 0.4; }

template <class Real>
Matrix<Real> make(Index rows, Index columns, double (*value)(Index, Index)) {
  Matrix<Real> matrix(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      matrix(i, j) = static_cast<Real>(value(i, j));
    }
  }
  return matrix;
}

template <class Real>
SparseBlock<Real> make_sparse(const Matrix<Real>& a) {
  AlignedVector<Index> offsets{0};
  AlignedVector<std::int32_t> columns;
  AlignedVector<Real> values;
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.columns(); ++j) {
      if (is_stored(i, j)) {
        columns.push_back(static_cast<std::int32_t>(j));
        values.push_back(a(i, j));
      }
    }
    offsets.push_back(std::ssize(values));
  }
  return {
      {0, a.rows()}, {0, a.columns()}, std::move(offsets), std::move(columns), std::move(values)};
}

/// The definitions, entry by entry, for the entries that `selected` selects.
template <class Real, class Selected>
ErrorSums reference(const Matrix<Real>& a, const Matrix<Real>& w, const Matrix<Real>& h,
                    const Scoring& scoring, Selected&& selected) {
  long double squared = 0;
  long double absolute = 0;
  long double divergence = 0;
  long double predicted = 0;
  double entries = 0;
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.columns(); ++j) {
      if (!selected(i, j)) {
        continue;
      }
      double x = 0;
      for (Index l = 0; l < w.columns(); ++l) {
        x += static_cast<double>(w(i, l)) * static_cast<double>(h(j, l));
      }
      x = std::min(std::max(x, scoring.clip.minimum), scoring.clip.maximum);
      const double value = a(i, j);
      entries += 1;
      squared += std::pow(value - x, 2);
      absolute += std::abs(value - x);
      const double floored = x < scoring.floor ? scoring.floor : x;
      divergence += (value == 0 ? 0 : value * std::log(value / floored)) - value + x;
      predicted += x;
    }
  }
  return {entries, static_cast<double>(squared), static_cast<double>(absolute),
          static_cast<double>(divergence), static_cast<double>(predicted)};
}

/// Rows are summed, then their sums: of `terms` numbers one after the other. No entry of these
/// tests contributes more than 60, a divergence of 3·log(3 / 1e-7).
void expect_near(const ErrorSums& actual, const ErrorSums& expected, Index terms) {
  const double bound =
      static_cast<double>(terms) * std::numeric_limits<double>::epsilon() * expected.entries * 60;
  EXPECT_EQ(actual.entries, expected.entries);
  EXPECT_NEAR(actual.squared, expected.squared, bound);
  EXPECT_NEAR(actual.absolute, expected.absolute, bound);
  EXPECT_NEAR(actual.divergence, expected.divergence, bound);
  EXPECT_NEAR(actual.predicted, expected.predicted, bound);
}

template <class Real>
class ErrorSumsOf : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(ErrorSumsOf, Precisions);

const Scoring kScorings[] = {{{}, 1e-7}, {{0.5, 1.5}, 1e-7}, {{}, 0.2}};

TYPED_TEST(ErrorSumsOf, EntriesFollowTheDefinition) {
  for (const auto& [rows, columns, k] : std::vector<std::tuple<Index, Index, Index>>{
           {0, 5, 2}, {5, 0, 2}, {7, 11, 1}, {40, 33, 6}}) {
    const auto a = make<TypeParam>(rows, columns, entry);
    const auto w = make<TypeParam>(rows, k, entry_w);
    const auto h = make<TypeParam>(columns, k, entry_h);
    for (const Scoring& scoring : kScorings) {
      expect_near(error_sums<TypeParam>(make_sparse(a), w.view(), h.view(), scoring),
                  reference(a, w, h, scoring, is_stored), rows + columns + k);
      expect_near(error_sums<TypeParam>(a.view(), w.view(), h.view(), scoring),
                  reference(a, w, h, scoring, [](Index, Index) { return true; }),
                  rows + columns + 6);
    }
  }
}

TYPED_TEST(ErrorSumsOf, DenseBlocksOfSeveralTiles) {
  for (const auto& [rows, columns] : std::vector<std::pair<Index, Index>>{{600, 4100}, {3, 9000}}) {
    const auto a = make<TypeParam>(rows, columns, entry);
    const auto w = make<TypeParam>(rows, 2, entry_w);
    const auto h = make<TypeParam>(columns, 2, entry_h);
    expect_near(error_sums<TypeParam>(a.view(), w.view(), h.view(), kScorings[0]),
                reference(a, w, h, kScorings[0], [](Index, Index) { return true; }),
                rows + columns + 6);
  }
}

TYPED_TEST(ErrorSumsOf, PerfectPredictionsHaveNone) {
  const auto w = make<TypeParam>(6, 1, [](Index i, Index) { return static_cast<double>(i); });
  const auto h = make<TypeParam>(4, 1, [](Index j, Index) { return static_cast<double>(j + 1); });
  const auto a = make<TypeParam>(
      6, 4, [](Index i, Index j) { return static_cast<double>(i) * static_cast<double>(j + 1); });
  const auto sums = error_sums<TypeParam>(a.view(), w.view(), h.view(), {{}, 0});
  EXPECT_EQ(sums.squared, 0);
  EXPECT_EQ(sums.absolute, 0);
  EXPECT_EQ(sums.divergence, 0);
}

TYPED_TEST(ErrorSumsOf, WeightsCountInTheResidual) {
  const auto a = make<TypeParam>(20, 15, entry);
  const auto w = make<TypeParam>(20, 3, entry_w);
  const auto h = make<TypeParam>(15, 3, entry_h);
  const auto block = make_sparse(a);
  std::vector<TypeParam> weights;
  double expected = 0;
  double unweighted = 0;
  for_each_entry(block, [&](Index i, Index j, double value) {
    weights.push_back(static_cast<TypeParam>(variate(6, i, j)));
    double x = 0;
    for (Index l = 0; l < 3; ++l) {
      x += static_cast<double>(w(i, l)) * static_cast<double>(h(j, l));
    }
    expected += static_cast<double>(weights.back()) * (value - x) * (value - x);
    unweighted += (value - x) * (value - x);
  });
  EXPECT_NEAR(kernels::squared_residual<TypeParam>(block, weights, w.view(), h.view()), expected,
              1e-13 * unweighted);
  EXPECT_NEAR(kernels::squared_residual<TypeParam>(block, {}, w.view(), h.view()), unweighted,
              1e-13 * unweighted);
}

TYPED_TEST(ErrorSumsOf, ImpliedOnesGiveTheSameBits) {
  const auto held = make_sparse(make<TypeParam>(40, 33, [](Index, Index) { return 1.0; }));
  auto implied = held;
  implied.imply_ones();
  ASSERT_EQ(implied.values().held(), nullptr);
  for (const Index k : {1, 6, 30}) {
    const auto w = make<TypeParam>(40, k, entry_w);
    const auto h = make<TypeParam>(33, k, entry_h);
    for (const Scoring& scoring : kScorings) {
      const auto of_held = error_sums<TypeParam>(held, w.view(), h.view(), scoring);
      const auto of_implied = error_sums<TypeParam>(implied, w.view(), h.view(), scoring);
      EXPECT_EQ(of_implied.squared, of_held.squared);
      EXPECT_EQ(of_implied.absolute, of_held.absolute);
      EXPECT_EQ(of_implied.divergence, of_held.divergence);
    }
    EXPECT_EQ(kernels::squared_residual<TypeParam>(implied, {}, w.view(), h.view()),
              kernels::squared_residual<TypeParam>(held, {}, w.view(), h.view()));
  }
}

TYPED_TEST(ErrorSumsOf, ShapesAreChecked) {
  const auto a = make<TypeParam>(4, 3, entry);
  const auto w = make<TypeParam>(4, 2, entry_w);
  const auto h = make<TypeParam>(4, 2, entry_h);
  EXPECT_THROW(static_cast<void>(error_sums<TypeParam>(a.view(), w.view(), h.view(), {})),
               ShapeError);
  EXPECT_THROW(static_cast<void>(error_sums<TypeParam>(make_sparse(a), w.view(), h.view(), {})),
               ShapeError);
}

}  // namespace
}  // namespace tessera
