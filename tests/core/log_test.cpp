#include "tessera/core/log.hpp"

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(Log, ShowsControlCharactersEscaped) {
  EXPECT_EQ(log::escape("a\x1b[2Jb\r"), "a\\x1b[2Jb\\x0d");
  EXPECT_EQ(log::escape("two\nlines"), "two\nlines");
  EXPECT_EQ(log::escape("‖A − WH‖"), "‖A − WH‖") << "text in UTF-8 is left alone";
}

TEST(Log, ShowsEscapedWhatTerminalsObeyInOtherForms) {
  EXPECT_EQ(log::escape("\xc2\x9b"
                        "2J"),
            "\\xc2\\x9b2J")
      << "C1 in UTF-8";
  EXPECT_EQ(log::escape("\x9b"
                        "2J"),
            "\\x9b2J")
      << "C1 as one byte";
  EXPECT_EQ(log::escape("\xc0\x9b"), "\\xc0\\x9b") << "escape in a form that is too long";
  EXPECT_EQ(log::escape("\xe2\x80\xae"
                        "txt"),
            "\\xe2\\x80\\xaetxt")
      << "turns the direction";
  EXPECT_EQ(log::escape("\xe2\x80"), "\\xe2\\x80") << "cut short";
  EXPECT_EQ(log::escape("a\tb"), "a\tb");
}

TEST(Log, EscapesLineEndsInNames) {
  EXPECT_EQ(log::escape_line("a\nb\tc\x1b"), "a\\x0ab\\x09c\\x1b");
  EXPECT_EQ(log::escape_line("A ≈ W·H"), "A ≈ W·H");
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
