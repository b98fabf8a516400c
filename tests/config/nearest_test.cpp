#include "tessera/config/nearest.hpp"

#include <gtest/gtest.h>

namespace tessera::config {
namespace {

TEST(EditDistance, CountsTypingErrors) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("rank", "rank"), 0U);
  EXPECT_EQ(edit_distance("", "rank"), 4U);
  EXPECT_EQ(edit_distance("rank", "ran"), 1U);    // one deleted
  EXPECT_EQ(edit_distance("rank", "ranks"), 1U);  // one inserted
  EXPECT_EQ(edit_distance("rank", "rang"), 1U);   // one replaced
  EXPECT_EQ(edit_distance("rank", "rnak"), 1U);   // two swapped
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(EditDistance, IsSymmetric) {
  EXPECT_EQ(edit_distance("tolerance", "time-limit"), edit_distance("time-limit", "tolerance"));
}

TEST(Nearest, IsTheFirstOfTheNearest) {
  EXPECT_EQ(nearest("tolerence", {"rank", "tolerance", "output"}), "tolerance");
  EXPECT_EQ(nearest("b", {"a", "c"}), "a");
  EXPECT_EQ(nearest("anything", {"x"}), "x");
}

}  // namespace
}  // namespace tessera::config
