#include "tessera/ingest/csv_records.hpp"

#include <gtest/gtest.h>

namespace tessera::ingest {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows read(std::string_view text, CsvDialect dialect = {}) {
  CsvRecords records({text, 1}, dialect);
  Rows rows;
  while (records.next()) {
    rows.emplace_back(records.fields().begin(), records.fields().end());
  }
  return rows;
}

std::string refusal(std::string_view text) {
  try {
    static_cast<void>(read(text));
    return "";
  } catch (const io::LineError& error) {
    return error.what();
  }
}

TEST(CsvRecords, ReadsFieldsAsTheyAre) {
  EXPECT_EQ(read("a, b ,\n,\n"), (Rows{{"a", " b ", ""}, {"", ""}}));
  EXPECT_EQ(read("a\tb,c", {'\t', true}), (Rows{{"a", "b,c"}}));
  EXPECT_EQ(read("x\r\n\r\n\ny\r\n"), (Rows{{"x"}, {"y"}}));
  EXPECT_EQ(read(""), Rows{});
}

TEST(CsvRecords, QuotedFieldsMayHoldAnything) {
  EXPECT_EQ(read("\"a,b\",\"say \"\"no\"\"\",\"\"\n\"two\nlines\",\"\"\"\",z\n"),
            (Rows{{"a,b", "say \"no\"", ""}, {"two\nlines", "\"", "z"}}));
  EXPECT_EQ(read("\"a\r\nb\"\r\nc\r\n"), (Rows{{"a\r\nb"}, {"c"}}));
}

TEST(CsvRecords, KnowsTheLineOfEachRow) {
  CsvRecords records({"\n\"1\n2\n3\",x\n\nlast", 10}, {});
  ASSERT_TRUE(records.next());
  EXPECT_EQ(records.line(), 11);
  ASSERT_TRUE(records.next());
  EXPECT_EQ(records.line(), 15);
  EXPECT_FALSE(records.next());
}

TEST(CsvRecords, RefusesQuotesThatAreNone) {
  EXPECT_NE(refusal("a\nb,\"c\nd").find("line 2: a quoted field does not end"), std::string::npos);
  EXPECT_NE(refusal("a\nb,\"c\"d\n").find("line 2: there is text behind a quoted field"),
            std::string::npos);
  EXPECT_NE(refusal("5\" disk\n").find("line 1: there is a quote within a field"),
            std::string::npos);
}

TEST(CsvRecords, QuotesCanBePlainCharacters) {
  EXPECT_EQ(read("5\" disk\t\"so\n", {'\t', false}), (Rows{{"5\" disk", "\"so"}}));
}

TEST(FindDelimiter, CountsTheFirstRowOutsideQuotes) {
  EXPECT_EQ(find_delimiter("a,b;c,d\n;;;;;"), ',');
  EXPECT_EQ(find_delimiter("\"a,b,c\n,\";d"), ';');
  EXPECT_EQ(find_delimiter("a\tb"), '\t');
}

}  // namespace
}  // namespace tessera::ingest
