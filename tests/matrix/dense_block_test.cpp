#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/matrix/block.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera {
namespace {

template <class Real>
class DenseBlockTest : public ::testing::Test {};
using RealTypes = ::testing::Types<float, double>;
TYPED_TEST_SUITE(DenseBlockTest, RealTypes);

/// Quarters, so that every sum below is exact; about a third of the entries is zero.
template <class Real>
Real entry(Index row, Index column) {
  const Index value = (5 * row + 3 * column) % 9;
  return value < 3 ? Real{0} : static_cast<Real>(value) / 4;
}

template <class Real>
DenseBlock<Real> block_of(Range rows, Range columns) {
  DenseBlock<Real> block(rows, columns);
  const auto entries = block.entries();
  for (Index i = 0; i < rows.size(); ++i) {
    for (Index j = 0; j < columns.size(); ++j) {
      entries(i, j) = entry<Real>(rows.begin + i, columns.begin + j);
    }
  }
  return block;
}

TYPED_TEST(DenseBlockTest, StartsAsZerosInItsGlobalPlace) {
  const DenseBlock<TypeParam> block({3, 5}, {10, 13});
  EXPECT_EQ(block.rows(), (Range{3, 5}));
  EXPECT_EQ(block.columns(), (Range{10, 13}));
  for (const TypeParam value : block.entries().span()) {
    EXPECT_EQ(value, 0);
  }
}

TYPED_TEST(DenseBlockTest, StatisticsOfKnownEntries) {
  DenseBlock<TypeParam> block({0, 2}, {0, 3});
  const auto entries = block.entries();
  entries(0, 1) = TypeParam(0.5);
  entries(1, 0) = TypeParam(-2);
  entries(1, 2) = TypeParam(4);
  const BlockStatistics result = statistics(block);
  EXPECT_EQ(result.sum, 2.5);
  EXPECT_EQ(result.sum_of_squares, 0.25 + 4 + 16);
  EXPECT_EQ(result.minimum, -2);
  EXPECT_EQ(result.maximum, 4);
  EXPECT_EQ(result.nonzeros, 3);
  EXPECT_EQ(result.negative, 1);
  EXPECT_EQ(result.not_finite, 0);
}

TYPED_TEST(DenseBlockTest, StatisticsCountButDoNotAddWhatIsNotFinite) {
  using Limits = std::numeric_limits<TypeParam>;
  DenseBlock<TypeParam> block({0, 1}, {0, 4});
  const auto entries = block.entries();
  entries(0, 0) = Limits::quiet_NaN();
  entries(0, 1) = Limits::infinity();
  entries(0, 2) = -Limits::infinity();
  entries(0, 3) = TypeParam(3);
  const BlockStatistics result = statistics(block);
  EXPECT_EQ(result.not_finite, 3);
  EXPECT_EQ(result.sum, 3);
  EXPECT_EQ(result.minimum, 3);
  EXPECT_EQ(result.maximum, 3);
  EXPECT_EQ(result.nonzeros, 1);
}

TYPED_TEST(DenseBlockTest, StatisticsOfAnEmptyBlockAreZero) {
  for (const Range columns : {Range{4, 4}, Range{0, 3}}) {
    const BlockStatistics result = statistics(DenseBlock<TypeParam>({2, 2}, columns));
    EXPECT_EQ(result.sum, 0);
    EXPECT_EQ(result.minimum, 0);
    EXPECT_EQ(result.maximum, 0);
    EXPECT_EQ(result.fingerprint, 0U);
  }
}

TYPED_TEST(DenseBlockTest, StatisticsAddUpHoweverTheMatrixIsCut) {
  constexpr Index m = 7;
  constexpr Index n = 5;
  const BlockStatistics whole = statistics(block_of<TypeParam>({0, m}, {0, n}));
  for (const int grid_rows : {1, 2, 3, 9}) {
    for (const int grid_columns : {1, 2, 4, 6}) {
      const Distribution distribution(m, n, grid_rows, grid_columns);
      BlockStatistics sum;
      for (int i = 0; i < grid_rows; ++i) {
        for (int j = 0; j < grid_columns; ++j) {
          const BlockStatistics part = statistics(
              block_of<TypeParam>(distribution.row_block(i), distribution.column_block(j)));
          sum.sum += part.sum;
          sum.sum_of_squares += part.sum_of_squares;
          sum.nonzeros += part.nonzeros;
          sum.fingerprint += part.fingerprint;
        }
      }
      EXPECT_EQ(sum.sum, whole.sum);
      EXPECT_EQ(sum.sum_of_squares, whole.sum_of_squares);
      EXPECT_EQ(sum.nonzeros, whole.nonzeros);
      EXPECT_EQ(sum.fingerprint, whole.fingerprint) << grid_rows << "x" << grid_columns;
    }
  }
}

TYPED_TEST(DenseBlockTest, FingerprintSeesEveryEntryAndItsPlace) {
  const auto original = block_of<TypeParam>({0, 4}, {0, 4});
  const std::uint64_t fingerprint = statistics(original).fingerprint;
  for (Index i = 0; i < 4; ++i) {
    for (Index j = 0; j < 4; ++j) {
      auto changed = original;
      changed.entries()(i, j) += TypeParam(0.25);
      EXPECT_NE(statistics(changed).fingerprint, fingerprint) << i << ", " << j;
    }
  }
  EXPECT_NE(statistics(block_of<TypeParam>({0, 4}, {1, 5})).fingerprint, fingerprint);

  DenseBlock<TypeParam> one({0, 3}, {0, 3});
  one.entries()(0, 1) = TypeParam(1);
  DenseBlock<TypeParam> transposed({0, 3}, {0, 3});
  transposed.entries()(1, 0) = TypeParam(1);
  EXPECT_NE(statistics(one).fingerprint, statistics(transposed).fingerprint);
}

TEST(DenseBlock, FingerprintIsTheSameInBothPrecisions) {
  EXPECT_EQ(statistics(block_of<float>({0, 6}, {0, 6})).fingerprint,
            statistics(block_of<double>({0, 6}, {0, 6})).fingerprint);
}

TYPED_TEST(DenseBlockTest, FindInvalidAcceptsEveryFiniteNonNegativeEntry) {
  using Limits = std::numeric_limits<TypeParam>;
  DenseBlock<TypeParam> block({0, 2}, {0, 2});
  const auto entries = block.entries();
  entries(0, 0) = Limits::max();
  entries(0, 1) = Limits::denorm_min();
  entries(1, 0) = TypeParam(-0.0);
  EXPECT_FALSE(find_invalid(block));
  EXPECT_FALSE(find_invalid(DenseBlock<TypeParam>({0, 0}, {0, 2})));
  EXPECT_FALSE(find_invalid(DenseBlock<TypeParam>({0, 2}, {0, 0})));
}

TYPED_TEST(DenseBlockTest, FindInvalidTellsTheGlobalPlaceOfTheFirst) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam bad : {TypeParam(-1), -Limits::denorm_min(), Limits::infinity(),
                              -Limits::infinity(), Limits::quiet_NaN()}) {
    DenseBlock<TypeParam> block({100, 103}, {20, 24});
    block.entries()(1, 2) = bad;
    block.entries()(2, 0) = TypeParam(-7);  // comes later in row-major order
    const auto found = find_invalid(block);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->row, 101);
    EXPECT_EQ(found->column, 22);
    EXPECT_TRUE(found->value == static_cast<double>(bad) || std::isnan(found->value));
  }
}

}  // namespace
}  // namespace tessera
