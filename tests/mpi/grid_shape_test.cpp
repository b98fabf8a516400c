#include "tessera/core/grid_shape.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

namespace tessera {
namespace {

/// The header's sentence, word for word: every factorization of p, sorted by what matters.
std::tuple<bool, Index, int> badness(GridShape shape, Index m, Index n) {
  const Index moved = 2 * ((shape.columns - 1) * m + (shape.rows - 1) * n);
  return {shape.rows > m || shape.columns > n, moved, std::abs(shape.rows - shape.columns)};
}

TEST(ChooseGridShape, AgreesWithBruteForce) {
  for (int p = 1; p <= 24; ++p) {
    for (const Index m : {1, 2, 3, 5, 8, 23, 24, 1000, 123456}) {
      for (const Index n : {1, 2, 4, 7, 24, 999, 1000, 5000000}) {
        std::vector<std::tuple<bool, Index, int>> all;
        for (int rows = 1; rows <= p; ++rows) {
          for (int columns = 1; columns <= p; ++columns) {
            if (rows * columns == p) {
              all.push_back(badness({rows, columns}, m, n));
            }
          }
        }
        const GridShape chosen = choose_grid_shape(m, n, p);
        EXPECT_EQ(chosen.size(), p);
        EXPECT_EQ(badness(chosen, m, n), std::ranges::min(all))
            << m << "x" << n << " on " << p << " processes: " << chosen.to_string();
      }
    }
  }
}

TEST(ChooseGridShape, FollowsTheMatrix) {
  EXPECT_EQ(choose_grid_shape(1000000, 10, 8), (GridShape{8, 1}));
  EXPECT_EQ(choose_grid_shape(10, 1000000, 8), (GridShape{1, 8}));
  EXPECT_EQ(choose_grid_shape(5000, 5000, 16), (GridShape{4, 4}));
}

TEST(RowsMoved, CountsBothFactorsTwice) {
  EXPECT_EQ(rows_moved({1, 1}, 100, 50), 0);
  EXPECT_EQ(rows_moved({1, 4}, 100, 50), 2 * 3 * 100);
  EXPECT_EQ(rows_moved({2, 3}, 100, 50), 2 * (2 * 100 + 50));
}

TEST(ParseGridShape, TakesAutoAndShapes) {
  EXPECT_EQ(parse_grid_shape("auto"), std::nullopt);
  EXPECT_EQ(parse_grid_shape("2x3"), (GridShape{2, 3}));
  EXPECT_EQ(parse_grid_shape("2x3")->to_string(), "2x3");
}

TEST(ParseGridShape, RefusesEverythingElseAndQuotesIt) {
  for (const std::string text : {"", "2", "x", "2x", "x3", "2x3x4", "0x3", "-2x3", "2x-3", "2X3",
                                 "2 x 3", "axb", "2x3 ", "Auto", "99999999999x1"}) {
    try {
      static_cast<void>(parse_grid_shape(text));
      ADD_FAILURE() << "accepted '" << text << "'";
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find("'" + text + "'"), std::string::npos)
          << error.what();
    }
  }
}

TEST(GridShape, SizeDoesNotWrapAround) {
  // 4 · (2^30 + 1) is 4 modulo 2^32.
  EXPECT_EQ((GridShape{4, 1073741825}).size(), 4294967300);
}

}  // namespace
}  // namespace tessera
