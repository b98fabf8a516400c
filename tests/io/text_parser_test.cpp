#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/io/chunk_reader.hpp"
#include "tessera/io/parse_csv.hpp"
#include "tessera/io/parse_docword.hpp"
#include "tessera/io/parse_edge.hpp"
#include "tessera/io/parse_matrix_market.hpp"
#include "tessera/io/text_fields.hpp"
#include "tessera/io/text_format.hpp"

namespace tessera::io {
namespace {

TextLine line(std::string_view text) { return {text, 7}; }

/// The message must name line 7 and contain the words.
void expect_refused(const std::function<void()>& parse, const std::string& words) {
  try {
    parse();
    ADD_FAILURE() << "accepted, but expected: " << words;
  } catch (const LineError& error) {
    EXPECT_EQ(error.line(), 7);
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(Excerpt, EscapesAndCutsTheText) {
  EXPECT_EQ(excerpt("a\tb\xff"), "'a\\x09b\\xff'");
  EXPECT_EQ(excerpt(std::string(100, 'x')), "'" + std::string(60, 'x') + "...'");
}

TEST(ForEachLine, EndsLinesAtLineFeedsWithOrWithoutCarriageReturns) {
  std::vector<std::pair<std::string, Index>> lines;
  for_each_line({"a\r\n\nb\nc", 5},
                [&](const TextLine& each) { lines.emplace_back(each.text, each.number); });
  const std::vector<std::pair<std::string, Index>> expected = {
      {"a", 5}, {"", 6}, {"b", 7}, {"c", 8}};
  EXPECT_EQ(lines, expected);
}

TEST(ToIndex, TakesWholeIntegersOf64BitsOnly) {
  EXPECT_EQ(to_index("+12"), 12);
  EXPECT_EQ(to_index("-3"), -3);
  EXPECT_EQ(to_index("9223372036854775807"), 9223372036854775807);
  for (const char* wrong : {"", "+", "+-1", "1.0", "1e3", "0x10", " 1", "9223372036854775808"}) {
    EXPECT_FALSE(to_index(wrong)) << wrong;
  }
}

TEST(ToReal, TakesNumbersInAnyNotation) {
  EXPECT_EQ(to_real("+1.5e3"), 1500.0);
  EXPECT_EQ(to_real(".5"), 0.5);
  EXPECT_EQ(to_real("1e-999"), 0.0);
  EXPECT_TRUE(std::isnan(to_real("NaN").value()));
  EXPECT_TRUE(std::isinf(to_real("-inf").value()));
  for (const char* wrong : {"", "1,5", "1.5x", "1e999", "0x1p3", "--1", "1D+02"}) {
    EXPECT_FALSE(to_real(wrong)) << wrong;
  }
}

TEST(MatrixMarketBannerLine, TakesAnyCaseOfLetters) {
  const auto banner =
      parse_matrix_market_banner(line("%%matrixmarket MATRIX Coordinate Pattern Symmetric"));
  EXPECT_FALSE(banner.array);
  EXPECT_EQ(banner.value, ValueField::none);
  EXPECT_TRUE(banner.symmetric);
}

TEST(MatrixMarketBannerLine, RefusesKindsThatCannotBeFactorizedAndSaysWhatToDo) {
  const auto refused = [](const char* rest, const char* words) {
    const std::string text = std::string("%%MatrixMarket matrix ") + rest;
    expect_refused([&] { (void)parse_matrix_market_banner(line(text)); }, words);
  };
  refused("coordinate complex general", "Write the absolute values");
  refused("coordinate real skew-symmetric", "Write the absolute values");
  refused("coordinate complex hermitian", "complex");
  refused("coordinate real hermitian", "hermitian");
  refused("array pattern general", "cannot be a pattern");
  refused("array real symmetric", "general array");
  refused("vector real general", "neither coordinate nor array");
  refused("coordinate real", "the symmetry is missing");
}

TEST(MatrixMarketSizeLine, ChecksThatTheNumbersFitEachOther) {
  const MatrixMarketBanner symmetric{false, ValueField::real, true};
  EXPECT_EQ(parse_matrix_market_size({}, line(" 3 4 12 ")).entries, 12);
  EXPECT_EQ(parse_matrix_market_size({true, ValueField::real, false}, line("3 4")).entries, 12);
  expect_refused([&] { (void)parse_matrix_market_size(symmetric, line("3 4 1")); }, "as many rows");
  expect_refused([] { (void)parse_matrix_market_size({}, line("3 4 13")); }, "13 entries");
  expect_refused([] { (void)parse_matrix_market_size({}, line("4000000000 4000000000 1")); },
                 "63 bits");
  expect_refused([] { (void)parse_matrix_market_size({}, line("0 4 0")); }, "no entries");
}

TEST(CoordinateLine, CountsFromOne) {
  const CoordinateRule rule{3, 4, ValueField::real};
  EXPECT_EQ(parse_coordinate(rule, line("3\t4  2.5")), (Coordinate{2, 3, 2.5}));
  expect_refused([&] { (void)parse_coordinate(rule, line("0 1 1")); }, "the row 0 is not within");
  expect_refused([&] { (void)parse_coordinate(rule, line("1 5 1")); }, "the column 5");
  expect_refused([&] { (void)parse_coordinate(rule, line("1 1")); }, "the value is missing");
  expect_refused([&] { (void)parse_coordinate(rule, line("1 1 1 1")); }, "more than expected");
}

TEST(EdgeLine, TakesBlanksAndCommas) {
  EXPECT_EQ(parse_edge(false, line("0\t12")), (Coordinate{0, 12, 1.0}));
  EXPECT_EQ(parse_edge(true, line(" 3 , 4,0.5")), (Coordinate{3, 4, 0.5}));
  EXPECT_TRUE(has_weight(line("1,2,3")));
  EXPECT_TRUE(is_edge_comment("  # nodes"));
  expect_refused([] { (void)parse_edge(true, line("1,,2")); }, "the second node is missing");
  expect_refused([] { (void)parse_edge(false, line("1 2,")); }, "ends with a comma");
  expect_refused([] { (void)parse_edge(false, line("-1 2")); }, "not within 0");
  expect_refused([] { (void)parse_edge(false, line("1 2 3")); }, "more than expected");
}

TEST(CsvLine, SplitsQuotedFields) {
  std::vector<std::string_view> fields;
  split_csv(line(R"("a,b", 1 ,"say ""x""",)"), ',', fields);
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_EQ(unquote(fields[0]), "a,b");
  EXPECT_EQ(fields[1], "1");
  EXPECT_EQ(unquote(fields[2]), "say \"x\"");
  EXPECT_EQ(fields[3], "");
  expect_refused([&] { split_csv(line("1,\"a"), ',', fields); }, "does not end");
  expect_refused([&] { split_csv(line("\"a\"b,1"), ',', fields); }, "behind the quoted field");
}

struct LayoutCase {
  const char* first;
  const char* second;
  bool header;
  bool row_names;
  Index columns;
};

TEST(CsvLayout, IsFoundByTheFirstTwoLines) {
  const std::vector<LayoutCase> cases = {
      {"1,2", "3,4", false, false, 2},      {"a,b", "3,4", true, false, 2},
      {"id,a,b", "x,3,4", true, true, 2},   {"x,1,2", "y,3,4", false, true, 2},
      {"a\tb", "x\t3\t4", true, true, 2},   {",0,1", "0,3,4", true, true, 2},
      {"\"\",0,1", "0,3,4", true, true, 2}, {"1;2", "3;4", false, false, 2},
      {"1", "2", false, false, 1},          {"a", "2", true, false, 1},
      {"1,2,3", "", false, false, 3},       {"NA,2", "nan,4", false, false, 2}};
  for (const LayoutCase& each : cases) {
    const CsvLayout layout = detect_csv({each.first, 1}, {each.second, 2});
    EXPECT_EQ(layout.has_header, each.header) << each.first;
    EXPECT_EQ(layout.has_row_names, each.row_names) << each.first;
    EXPECT_EQ(layout.columns(), each.columns) << each.first;
  }
}

/// All chunks of a text that arrives in small pieces, joined; checks the numbers of their lines.
std::string read_in_chunks(std::string_view text, Index piece_bytes) {
  const TextLimits limits{piece_bytes, 1 << 20, 1 << 20};
  std::string_view rest = text;
  ChunkReader reader(
      [&](std::span<char> buffer) {
        const std::size_t count = std::min(buffer.size(), rest.size());
        std::copy_n(rest.begin(), count, buffer.begin());
        rest.remove_prefix(count);
        return static_cast<Index>(count);
      },
      1, limits);
  std::string joined;
  for (TextChunk chunk = reader.next(); !chunk.empty(); chunk = reader.next()) {
    EXPECT_EQ(chunk.first_line, 1 + count_newlines(joined));
    EXPECT_TRUE(joined.empty() || joined.ends_with('\n'));
    joined += chunk.text;
  }
  return joined;
}

TEST(ChunkReader, ReturnsTheTextInCompleteLinesWhateverThePieces) {
  const std::string text = "a\nbc\r\n\n\nlonger than a piece of the text\nlast";
  for (Index piece = 1; piece <= std::ssize(text) + 1; ++piece) {
    EXPECT_EQ(read_in_chunks(text, piece), text) << piece;
    EXPECT_EQ(read_in_chunks(text + "\n", piece), text + "\n") << piece;
  }
  EXPECT_EQ(read_in_chunks("", 4), "");
}

TEST(ChunkReader, SkipsAByteOrderMark) {
  EXPECT_EQ(read_in_chunks("\xef\xbb\xbf"
                           "1\n2\n",
                           100),
            "1\n2\n");
}

struct FormatCase {
  const char* text;
  const char* name;
  TextFormat format;
};

TEST(RecogniseText, LooksAtTheContentThenAtTheName) {
  const std::vector<FormatCase> cases = {{"%%matrixmarket matrix", "x", TextFormat::matrix_market},
                                         {"3\n4\n2\n1 1 1\n", "x.txt", TextFormat::docword},
                                         {"# comment\n1 2\n3 4\n", "x", TextFormat::edge_list},
                                         {"1,2,3\n4,5,6\n", "x", TextFormat::csv},
                                         {"1,2,3\n4,5,6\n", "x.edges.gz", TextFormat::edge_list},
                                         {"1\t2\n4\t5\n", "x", TextFormat::edge_list},
                                         {"1\t2\n4\t5\n", "X.TSV", TextFormat::csv},
                                         {"gene\ta\ng1\t1\n", "x", TextFormat::csv},
                                         {"1,2,3,4\n", "x.txt", TextFormat::csv},
                                         {"1\n2\n", "x.csv", TextFormat::csv},
                                         {"1 1 1\n", "x.mtx", TextFormat::edge_list},
                                         {"hello\n", "x.mtx", TextFormat::matrix_market},
                                         {"hello world\n", "x", TextFormat::unknown},
                                         {"", "x.csv", TextFormat::unknown}};
  for (const FormatCase& each : cases) {
    EXPECT_EQ(recognise_text(each.text, each.name), each.format) << each.text;
  }
  EXPECT_EQ(recognise_text(std::string("1 2\n\0", 5), "x"), TextFormat::unknown);
}

}  // namespace
}  // namespace tessera::io
