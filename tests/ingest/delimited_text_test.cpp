#include "tessera/ingest/delimited_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tessera::ingest {
namespace {

using Fields = std::vector<std::string>;

std::vector<io::TextLine> lines(const std::vector<std::string>& texts) {
  std::vector<io::TextLine> lines;
  for (const std::string& text : texts) {
    lines.push_back({text, std::ssize(lines) + 1});
  }
  return lines;
}

Fields split(const std::string& text, Delimiter delimiter) {
  std::vector<std::string_view> fields;
  split_fields({text, 1}, delimiter, fields);
  Fields texts;
  for (const std::string_view field : fields) {
    texts.push_back(field_text(field, delimiter));
  }
  return texts;
}

TEST(SplitFields, AtEveryDelimiter) {
  EXPECT_EQ(split("1\t2\t\t4", Delimiter::tab), (Fields{"1", "2", "", "4"}));
  EXPECT_EQ(split("1::a:b::3", Delimiter::double_colon), (Fields{"1", "a:b", "3"}));
  EXPECT_EQ(split("1|Toy Story (1995)||x", Delimiter::pipe),
            (Fields{"1", "Toy Story (1995)", "", "x"}));
  EXPECT_EQ(split(" 1  2\t3 ", Delimiter::blanks), (Fields{"1", "2", "3"}));
  EXPECT_EQ(split("a; b ;c", Delimiter::semicolon), (Fields{"a", "b", "c"}));
}

TEST(SplitFields, TakesQuotesOnlyWhereTablesHaveThem) {
  EXPECT_EQ(split("11,\"American President, The \"\"1995\"\"\",x", Delimiter::comma),
            (Fields{"11", "American President, The \"1995\"", "x"}));
  EXPECT_EQ(split("7|\"Quoted\" film|x", Delimiter::pipe), (Fields{"7", "\"Quoted\" film", "x"}));
  EXPECT_THROW(split("1,\"open", Delimiter::comma), io::LineError);
}

TEST(FindDelimiter, IsTheOneThatCutsAllLinesAlike) {
  EXPECT_EQ(find_delimiter(lines({"1\t2, a\t3", "1\t4\t5"})), Delimiter::tab);
  EXPECT_EQ(find_delimiter(lines({"1::2::3::9", "1::4::5::9"})), Delimiter::double_colon);
  EXPECT_EQ(find_delimiter(lines({"userId,movieId,rating", "1,2,3.5"})), Delimiter::comma);
  EXPECT_EQ(find_delimiter(lines({"u;i;1,5", "v;j;2"})), Delimiter::semicolon);
  EXPECT_EQ(find_delimiter(lines({"1 2 3", "1   4 5"})), Delimiter::blanks);
}

TEST(FindDelimiter, IsNotMisledByListsInFields) {
  EXPECT_EQ(
      find_delimiter(lines({"movieId,title,genres", "1,\"a, b\",Action|Comedy", "2,c,Drama"})),
      Delimiter::comma);
  EXPECT_EQ(find_delimiter(lines({"1::Toy Story::Animation|Comedy", "2::Heat::Action|Crime"})),
            Delimiter::double_colon);
  EXPECT_EQ(find_delimiter(lines({"1|Toy Story (1995)|a, b", "2|Heat, The|c"})), Delimiter::pipe);
}

TEST(FindDelimiter, IsNoneOfOneField) {
  EXPECT_EQ(find_delimiter(lines({"one", "two"})), Delimiter::automatic);
  EXPECT_EQ(find_delimiter(lines({"a,b", "a,b,c"})), Delimiter::automatic);
}

}  // namespace
}  // namespace tessera::ingest
