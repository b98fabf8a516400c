#include "tessera/core/utf8.hpp"

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(Utf8, TakesEveryLengthOfCharacter) {
  for (const char* text : {"", "a", "é", "€", "😀", "Les Misérables, 1995 €"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  EXPECT_EQ(utf8_length("€5"), 3U);
  EXPECT_EQ(code_point("€"), 0x20acU);
}

TEST(Utf8, RefusesWhatIsNone) {
  for (const char* text : {"\xe9", "Mis\xe9rables", "\xc3", "\x80", "\xff", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(text));
  }
  EXPECT_FALSE(is_utf8("\xc0\x80")) << "two bytes for what takes one";
  EXPECT_FALSE(is_utf8("\xed\xa0\x80")) << "half of a UTF-16 pair";
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80")) << "beyond Unicode";
}

TEST(Utf8, ConvertsLatin1) {
  EXPECT_EQ(utf8_from_latin1("Mis\xe9rables, Les"), "Misérables, Les");
  EXPECT_EQ(utf8_from_latin1("\xff\x80"), "ÿ\xc2\x80");
}

}  // namespace
}  // namespace tessera
