#include "tessera/ingest/utf8_decoder.hpp"

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"
#include "tessera/io/text_line.hpp"

namespace tessera::ingest {
namespace {

TEST(FindMalformed, TellsTheFirstWrongByte) {
  EXPECT_EQ(find_malformed(""), std::string_view::npos);
  EXPECT_EQ(find_malformed("plain ASCII of some length"), std::string_view::npos);
  EXPECT_EQ(find_malformed("caf\u00e9 \U0001d400 and so on, long"), std::string_view::npos);
  EXPECT_EQ(find_malformed("12345678\xa3 9"), 8U);
  EXPECT_EQ(find_malformed("\xc3"), 0U);
  EXPECT_EQ(find_malformed("a\xc0\xaf"), 1U);          // overlong
  EXPECT_EQ(find_malformed("a\xed\xa0\x80"), 1U);      // a surrogate
  EXPECT_EQ(find_malformed("a\xf5\x80\x80\x80"), 1U);  // beyond Unicode
}

TEST(RepairUtf8, DoesWhatThePolicySays) {
  const std::string text =
      "\xa3"
      "5 caf\xe9s \u00e9 \xe2\x82"
      "A";
  EXPECT_EQ(repair_utf8(text, EncodingErrors::replace), "\ufffd5 caf\ufffds \u00e9 \ufffdA");
  EXPECT_EQ(repair_utf8(text, EncodingErrors::ignore), "5 cafs \u00e9 A");
  EXPECT_EQ(repair_utf8(text, EncodingErrors::latin1), "\u00a35 caf\u00e9s \u00e9 \u00e2\u0082A");
}

TEST(Utf8Decoder, CountsWhatItRepairsAndKeepsTheFirst) {
  Utf8Decoder decoder(EncodingErrors::latin1);
  EXPECT_EQ(decoder.decode("\ufeffplain", {"f", 1, 1}), "plain");
  EXPECT_EQ(decoder.repaired(), 0);
  EXPECT_EQ(decoder.decode("b\xe9", {"f", 9, 9}), "b\u00e9");
  EXPECT_EQ(decoder.decode("\xe9", {"f", 7, 7}), "\u00e9");
  EXPECT_EQ(decoder.repaired(), 2);
  EXPECT_EQ(decoder.first_repaired(), "'f', line 7, byte 1");
}

TEST(Utf8Decoder, RefusesWithThePlaceIfAsked) {
  Utf8Decoder decoder(EncodingErrors::error);
  try {
    static_cast<void>(decoder.decode("ab\xa3", {"news/1.txt", 0, 0}));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, 31), "'news/1.txt', byte 3 (0xa3) is ");
  }
  EXPECT_THROW(static_cast<void>(decoder.decode("\xa3", {"f", 12, 12})), io::LineError);
}

}  // namespace
}  // namespace tessera::ingest
