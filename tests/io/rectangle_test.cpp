#include "tessera/io/rectangle.hpp"

#include <map>
#include <utility>

#include <gtest/gtest.h>

namespace tessera::io {
namespace {

struct Case {
  Rectangle whole;
  Granule granule;
  Index limit;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> made;
    for (const Rectangle& whole :
         {Rectangle{{0, 13}, {0, 11}}, Rectangle{{26, 40}, {15, 16}}, Rectangle{{0, 1}, {0, 29}}}) {
      for (const Index limit : {1, 2, 7, 11, 12, 40, 1000}) {
        made.push_back({whole, {1, 1}, limit});
      }
    }
    for (const Index limit : {1, 14, 15, 30, 31, 61, 1000}) {
      made.push_back({{{0, 13}, {0, 11}}, {5, 3}, limit});
      made.push_back({{{0, 13}, {0, 11}}, {20, 30}, limit});
    }
    return made;
  }();
  return all;
}

TEST(Cut, CoversEveryEntryExactlyOnce) {
  for (const auto& [whole, granule, limit] : cases()) {
    std::map<std::pair<Index, Index>, int> times;
    for (const Rectangle& piece : cut(whole, granule, limit)) {
      EXPECT_EQ(intersect(piece, whole), piece);
      for (Index row = piece.rows.begin; row < piece.rows.end; ++row) {
        for (Index column = piece.columns.begin; column < piece.columns.end; ++column) {
          ++times[{row, column}];
        }
      }
    }
    EXPECT_EQ(static_cast<Index>(times.size()), whole.size());
    for (const auto& [place, count] : times) {
      EXPECT_EQ(count, 1) << "row " << place.first << ", column " << place.second;
    }
  }
}

TEST(Cut, KeepsGranulesWholeAndPiecesWithinTheLimit) {
  for (const auto& [whole, granule, limit] : cases()) {
    for (const Rectangle& piece : cut(whole, granule, limit)) {
      EXPECT_LE(piece.size(), std::max(limit, granule.rows * granule.columns));
      EXPECT_EQ((piece.rows.begin - whole.rows.begin) % granule.rows, 0);
      EXPECT_EQ((piece.columns.begin - whole.columns.begin) % granule.columns, 0);
    }
  }
}

TEST(Cut, MakesPiecesThatAreRunsOfRowMajorMemory) {
  for (const auto& [whole, granule, limit] : cases()) {
    if (granule.rows * granule.columns > 1) {
      continue;
    }
    for (const Rectangle& piece : cut(whole, granule, limit)) {
      EXPECT_TRUE(piece.rows.size() == 1 || piece.columns == whole.columns);
    }
  }
}

TEST(Cut, MakesNothingOfAnEmptyRectangle) {
  EXPECT_TRUE(cut({{3, 3}, {0, 5}}, {}, 10).empty());
  EXPECT_TRUE(cut({{0, 5}, {2, 2}}, {}, 10).empty());
}

TEST(Cut, CountsIn64Bits) {
  constexpr Index kRows = Index{1} << 33;
  const std::vector<Rectangle> pieces = cut({{0, kRows}, {0, 3}}, {}, kRows);
  ASSERT_EQ(pieces.size(), 4U);  // a third of the rows each, rounded down, and the rest
  EXPECT_EQ(pieces.back().rows.end, kRows);
}

}  // namespace
}  // namespace tessera::io
