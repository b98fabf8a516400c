#include "tessera/matrix/partition.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

namespace tessera {
namespace {

constexpr Index kTotals[] = {0, 1, 2, 3, 5, 7, 12, 100, 101, (Index{1} << 40) + 1};
constexpr int kParts[] = {1, 2, 3, 4, 6, 7, 13};

std::vector<Range> parts_of(const Partition& partition) {
  std::vector<Range> parts;
  for (int index = 0; index < partition.parts(); ++index) {
    parts.push_back(partition.part(index));
  }
  return parts;
}

/// The ranges lie one behind the other and cover `whole`.
void expect_covers(Range whole, const std::vector<Range>& parts) {
  Index next = whole.begin;
  for (const Range part : parts) {
    EXPECT_EQ(part.begin, next);
    EXPECT_LE(part.begin, part.end);
    next = part.end;
  }
  EXPECT_EQ(next, whole.end);
}

/// Sizes differ by at most one and fall.
void expect_even(const std::vector<Range>& parts) {
  const auto size = [](Range part) { return part.size(); };
  EXPECT_TRUE(std::ranges::is_sorted(parts, std::ranges::greater(), size));
  EXPECT_LE(parts.front().size() - parts.back().size(), 1);
}

TEST(Partition, CoversTheWholeInEvenConsecutiveParts) {
  for (const Index total : kTotals) {
    for (const int parts : kParts) {
      SCOPED_TRACE(::testing::Message() << total << " indices in " << parts << " parts");
      const Partition partition = Partition::even(total, parts);
      EXPECT_EQ(partition.total(), total);
      EXPECT_EQ(partition.parts(), parts);
      expect_covers({0, total}, parts_of(partition));
      expect_even(parts_of(partition));
    }
  }
}

TEST(Partition, OwnerIsThePartThatHoldsTheIndex) {
  for (const Index total : kTotals) {
    for (const int parts : kParts) {
      const Partition partition = Partition::even(total, parts);
      for (int index = 0; index < parts; ++index) {
        const Range part = partition.part(index);
        if (!part.empty()) {
          EXPECT_EQ(partition.owner(part.begin), index);
          EXPECT_EQ(partition.owner(part.begin + part.size() / 2), index);
          EXPECT_EQ(partition.owner(part.end - 1), index);
        }
      }
    }
  }
}

TEST(Partition, RefusesNonsense) {
  EXPECT_THROW(static_cast<void>(Partition::even(-1, 2)), ShapeError);
  EXPECT_THROW(static_cast<void>(Partition::even(5, 0)), ShapeError);
}

class DistributionTest : public ::testing::TestWithParam<std::pair<int, int>> {
 protected:
  const int grid_rows_ = GetParam().first;
  const int grid_columns_ = GetParam().second;
};

TEST_P(DistributionTest, BlocksCutRowsAndColumnsEvenly) {
  for (const Index m : kTotals) {
    const Index n = 2 * m + 1;
    const Distribution distribution(m, n, grid_rows_, grid_columns_);
    EXPECT_EQ(distribution.m(), m);
    EXPECT_EQ(distribution.n(), n);
    for (int i = 0; i < grid_rows_; ++i) {
      EXPECT_EQ(distribution.row_block(i), Partition::even(m, grid_rows_).part(i));
    }
    for (int j = 0; j < grid_columns_; ++j) {
      EXPECT_EQ(distribution.column_block(j), Partition::even(n, grid_columns_).part(j));
    }
  }
}

TEST_P(DistributionTest, PiecesOfWCutEachRowBlockAlongItsGridRow) {
  for (const Index m : kTotals) {
    const Distribution distribution(m, 10, grid_rows_, grid_columns_);
    std::vector<Range> all;
    for (int i = 0; i < grid_rows_; ++i) {
      std::vector<Range> pieces;
      for (int j = 0; j < grid_columns_; ++j) {
        pieces.push_back(distribution.w_piece(i, j));
      }
      expect_covers(distribution.row_block(i), pieces);
      expect_even(pieces);
      all.insert(all.end(), pieces.begin(), pieces.end());
    }
    expect_covers({0, m}, all);
  }
}

TEST_P(DistributionTest, PiecesOfHCutEachColumnBlockAlongItsGridColumn) {
  for (const Index n : kTotals) {
    const Distribution distribution(10, n, grid_rows_, grid_columns_);
    std::vector<Range> all;
    for (int j = 0; j < grid_columns_; ++j) {
      std::vector<Range> pieces;
      for (int i = 0; i < grid_rows_; ++i) {
        pieces.push_back(distribution.h_piece(i, j));
      }
      expect_covers(distribution.column_block(j), pieces);
      expect_even(pieces);
      all.insert(all.end(), pieces.begin(), pieces.end());
    }
    expect_covers({0, n}, all);
  }
}

TEST(Partition, OfSizesHasPartsOfTheseSizes) {
  const std::vector<Index> sizes = {2, 0, 3, 0};
  const auto partition = Partition::of_sizes(sizes);
  ASSERT_EQ(partition.parts(), 4);
  EXPECT_EQ(partition.total(), 5);
  EXPECT_EQ(partition.part(0), (Range{0, 2}));
  EXPECT_EQ(partition.part(1), (Range{2, 2}));
  EXPECT_EQ(partition.part(2), (Range{2, 5}));
  EXPECT_EQ(partition.owner(2), 2);
}

INSTANTIATE_TEST_SUITE_P(Grids, DistributionTest,
                         ::testing::Values(std::pair{1, 1}, std::pair{1, 4}, std::pair{4, 1},
                                           std::pair{2, 3}, std::pair{3, 2}, std::pair{5, 7}));

}  // namespace
}  // namespace tessera
