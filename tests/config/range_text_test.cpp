#include "tessera/config/range_text.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

namespace tessera::config {
namespace {

TEST(ParseRange, TakesHalfOpenIntervals) {
  EXPECT_EQ(parse_range("2:5", 10), (Range{2, 5}));
  EXPECT_EQ(parse_range("0:10", 10), (Range{0, 10}));
  EXPECT_EQ(parse_range("9:10", 10), (Range{9, 10}));
}

TEST(ParseRange, MissingEndsAreThoseOfTheWhole) {
  EXPECT_EQ(parse_range("", 10), (Range{0, 10}));
  EXPECT_EQ(parse_range(":", 10), (Range{0, 10}));
  EXPECT_EQ(parse_range("3:", 10), (Range{3, 10}));
  EXPECT_EQ(parse_range(":3", 10), (Range{0, 3}));
}

TEST(ParseRange, RefusesEverythingElseAndQuotesIt) {
  for (const std::string text : {"5", "a:b", "1:2:3", "-1:3", "1:-3", "1.5:3", " 1:3", "1:3 ",
                                 "5:5", "5:3", "0:11", "10:", "1:99999999999999999999"}) {
    try {
      static_cast<void>(parse_range(text, 10));
      ADD_FAILURE() << "accepted '" << text << "'";
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace tessera::config
