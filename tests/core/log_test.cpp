#include "tessera/core/log.hpp"

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(Log, ShowsControlCharactersEscaped) {
  EXPECT_EQ(log::escape("a\x1b[2Jb\r"), "a\\x1b[2Jb\\x0d");
  EXPECT_EQ(log::escape("two\nlines"), "two\nlines");
  EXPECT_EQ(log::escape("‖A − WH‖"), "‖A − WH‖") << "text in UTF-8 is left alone";
}

TEST(Log, LevelsAreOrdered) {
  log::configure(log::Level::normal);
  EXPECT_TRUE(log::enabled(log::Level::normal));
  EXPECT_FALSE(log::enabled(log::Level::verbose));
  log::configure(log::Level::verbose);
  EXPECT_TRUE(log::enabled(log::Level::verbose));
  log::silence();
  EXPECT_FALSE(log::enabled(log::Level::quiet));
}

}  // namespace
}  // namespace tessera
