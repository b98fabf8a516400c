#include "tessera/ingest/parse_rating.hpp"

#include <gtest/gtest.h>

namespace tessera::ingest {
namespace {

/// user, item, rating, time in this order, separated by commas.
DelimitedLayout layout(Index columns = 4) {
  DelimitedLayout layout{Delimiter::comma, 4, 0, {}};
  for (Index column = 0; column < columns; ++column) {
    layout.columns.push_back(column);
  }
  return layout;
}

Rating parse(const std::string& text, const DelimitedLayout& how = layout()) {
  Rating rating;
  std::vector<std::string_view> fields;
  static_cast<void>(parse_rating(how, {text, 7}, fields, rating));
  return rating;
}

std::string message(const std::string& text) {
  try {
    static_cast<void>(parse(text));
  } catch (const io::LineError& error) {
    EXPECT_EQ(error.line(), 7);
    return error.what();
  }
  return "";
}

TEST(ParseRating, TakesIdsOfAnyKind) {
  std::vector<std::string_view> fields;
  Rating rating;
  const auto ids = parse_rating(layout(), {"\"Doe, J\", Amélie ,4.5,881250949", 7}, fields, rating);
  EXPECT_EQ(ids.user, "Doe, J");
  EXPECT_EQ(ids.item, "Amélie");
  EXPECT_EQ(rating.value, 4.5);
  EXPECT_EQ(rating.time, 881250949);
  EXPECT_EQ(rating.line, 7);
}

TEST(ParseRating, CountsEveryLineAsOneWithoutRatings) {
  EXPECT_EQ(parse("u,i,-3,x", layout(2)).value, 1);
}

TEST(ParseRating, TakesColumnsInAnyOrder) {
  EXPECT_EQ(parse("2.5,u,x,i", {Delimiter::comma, 4, 0, {1, 3, 0}}).value, 2.5);
}

TEST(ParseRating, RefusesWhatAMatrixCannotStore) {
  EXPECT_NE(message("u,i,0,1").find("line 7: the rating 0 is not above 0"), std::string::npos);
  EXPECT_NE(message("u,i,-1,1").find("the rating -1 is not above 0"), std::string::npos);
  for (const char* text : {"u,i,nan,1", "u,i,inf,1", "u,i,good,1", "u,i,,1"}) {
    EXPECT_NE(message(text).find("is not a number"), std::string::npos) << text;
  }
  EXPECT_NE(message("u,i,3,noon").find("the time 'noon' is not a number"), std::string::npos);
}

TEST(ParseRating, RefusesLinesOfAnotherShape) {
  EXPECT_NE(message("u,i,3").find("3 fields, but 4"), std::string::npos);
  EXPECT_NE(message(",i,3,1").find("the user is empty"), std::string::npos);
  EXPECT_NE(message("u,\"\",3,1").find("the item is empty"), std::string::npos);
  EXPECT_NE(message("Ren\xe9,i,3,1").find("'Ren\\xe9' is not UTF-8"), std::string::npos);
}

}  // namespace
}  // namespace tessera::ingest
