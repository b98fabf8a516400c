#include "tessera/kernels/best_columns.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tessera::kernels {
namespace {

TEST(BestColumns, KeepsTheBestInWhateverOrderTheyCome) {
  BestColumns best(3);
  for (const ScoredColumn column : {ScoredColumn{5, 1}, {2, 4}, {9, 4}, {1, 0}, {7, 2}, {0, 4}}) {
    best.offer(column);
  }
  EXPECT_EQ(best.ranking(), (std::vector<ScoredColumn>{{0, 4}, {2, 4}, {9, 4}}));
}

TEST(BestColumns, HasFewerWhereFewerWereOffered) {
  BestColumns best(3);
  best.offer({4, 1});
  EXPECT_EQ(best.ranking(), (std::vector<ScoredColumn>{{4, 1}}));
}

/// Entries of a few values, so that many scores are equal.
template <class Real>
Matrix<Real> few_values(Index rows, Index columns, Index step) {
  Matrix<Real> matrix(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      matrix(i, j) = static_cast<Real>((i * step + j * 3) % 4) / 2;
    }
  }
  return matrix;
}

/// All scores of a row, sorted.
template <class Real>
std::vector<ScoredColumn> reference(const Matrix<Real>& w, const Matrix<Real>& h, Index row,
                                    const ColumnLists& seen) {
  std::vector<ScoredColumn> all;
  for (Index j = 0; j < h.rows(); ++j) {
    double score = 0;
    for (Index l = 0; l < h.columns(); ++l) {
      score += static_cast<double>(w(row, l)) * static_cast<double>(h(j, l));
    }
    if (std::ranges::find(seen.of(row), j) == seen.of(row).end()) {
      all.push_back({j, score});
    }
  }
  std::ranges::sort(all, ranks_before);
  return all;
}

template <class Real>
class OfferPredictions : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(OfferPredictions, Reals);

TYPED_TEST(OfferPredictions, AgreesWithSortingAllScores) {
  constexpr Index kRows = 5;
  constexpr Index kMost = 7;
  for (const Index columns : {1, 6, 255, 256, 257, 1000}) {
    const auto w = few_values<TypeParam>(kRows, 3, 5);
    const auto h = few_values<TypeParam>(columns, 3, 7);
    ColumnLists seen;
    for (Index row = 0; row < kRows; ++row) {
      std::vector<std::int32_t> list;
      for (Index column = row; column < columns; column += row + 1) {
        list.push_back(static_cast<std::int32_t>(column));
      }
      seen.add(row == 4 ? std::vector<std::int32_t>() : list);
    }
    for (const Index cut : {Index{0}, columns / 3, columns}) {
      std::vector<BestColumns> best(kRows, BestColumns(kMost));
      offer_predictions<TypeParam>(w.view(), h.view().rows({cut, columns}), cut, seen, best);
      offer_predictions<TypeParam>(w.view(), h.view().rows({0, cut}), 0, seen, best);
      for (Index row = 0; row < kRows; ++row) {
        auto expected = reference(w, h, row, seen);
        expected.resize(std::min(expected.size(), std::size_t{kMost}));
        EXPECT_EQ(best[static_cast<std::size_t>(row)].ranking(), expected)
            << columns << " columns, row " << row;
      }
    }
  }
}

TYPED_TEST(OfferPredictions, RefusesShapesThatDoNotFit) {
  const auto w = few_values<TypeParam>(2, 3, 1);
  const auto h = few_values<TypeParam>(4, 2, 1);
  std::vector<BestColumns> best(2, BestColumns(1));
  ColumnLists seen;
  seen.offsets.resize(3);
  EXPECT_THROW(offer_predictions<TypeParam>(w.view(), h.view(), 0, seen, best), ShapeError);
}

}  // namespace
}  // namespace tessera::kernels
