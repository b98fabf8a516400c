#include <cmath>
#include <memory>
#include <string>

#include "tessera/io/csv.hpp"
#include "tessera/io/docword.hpp"
#include "tessera/io/edge_list.hpp"
#include "tessera/io/matrix_market.hpp"

#include "text_fixture.hpp"

namespace tessera::io {
namespace {

using testing::EntryMap;
using testing::read_all_entries;
using testing::read_all_values;
using testing::test_world;
using testing::tiny_limits;

using Open = std::function<std::unique_ptr<MatrixSource>(const InputOptions&, TextLimits)>;

const Open kMatrixMarket = [](const InputOptions& input, TextLimits limits) {
  return open_matrix_market(input, test_world(), limits);
};
const Open kDocword = [](const InputOptions& input, TextLimits limits) {
  return open_docword(input, test_world(), limits);
};
const Open kDirected = [](const InputOptions& input, TextLimits limits) {
  return open_edge_list(input, EdgeDirection::as_written, test_world(), limits);
};
const Open kUndirected = [](const InputOptions& input, TextLimits limits) {
  return open_edge_list(input, EdgeDirection::both, test_world(), limits);
};
const Open kCsv = [](const InputOptions& input, TextLimits limits) {
  return open_csv(input, test_world(), limits);
};

/// Calls check(source) with the text as a plain and as a gzip file, in pieces of several sizes.
void for_each_way(const std::string& text, const Open& open,
                  const std::function<void(const MatrixSource&)>& check) {
  const auto folder = testing::temporary_folder(test_world());
  const InputOptions input{(folder.path() / "matrix").string(), ""};
  for (const std::string& bytes : {text, testing::compress(text)}) {
    testing::write_file(input.path, bytes, test_world());
    for (const Index piece : {1, 10, 37, 4096}) {
      SCOPED_TRACE(piece);
      check(*open(input, tiny_limits(piece)));
    }
  }
}

void expect_entries(const std::string& text, const Open& open, Index rows, Index columns,
                    const EntryMap& expected) {
  for_each_way(text, open, [&](const MatrixSource& source) {
    EXPECT_EQ(source.description().rows, rows);
    EXPECT_EQ(source.description().columns, columns);
    const auto read = read_all_entries(source, test_world());
    EXPECT_EQ(read.count, std::ssize(expected));
    EXPECT_EQ(read.values, expected);
  });
}

double value_at(Index row, Index column) { return static_cast<double>(row * 100 + column) + 0.25; }

void expect_values(const std::string& text, const Open& open, Index rows, Index columns) {
  for_each_way(text, open, [&](const MatrixSource& source) {
    EXPECT_EQ(source.description().rows, rows);
    EXPECT_EQ(source.description().columns, columns);
    const Matrix<double> values = read_all_values(source, test_world());
    for (Index i = 0; i < values.rows(); ++i) {
      for (Index j = 0; j < values.columns(); ++j) {
        EXPECT_EQ(values(i, j), value_at(i, j)) << i << ", " << j;
      }
    }
  });
}

TEST(MatrixMarket, ReadsCoordinatesBetweenCommentsAndBlankLines) {
  const std::string text =
      "%%MatrixMarket matrix coordinate real general\n% by hand\n\n%\n 3 4 3\n"
      "1 1 0.5\r\n\n3 4 -2e1\n  2 3 1\n\n";
  expect_entries(text, kMatrixMarket, 3, 4, {{{0, 0}, 0.5}, {{2, 3}, -20}, {{1, 2}, 1}});
}

TEST(MatrixMarket, MirrorsSymmetricEntriesOffTheDiagonal) {
  const std::string text =
      "%%MatrixMarket matrix coordinate pattern symmetric\n3 3 3\n2 1\n2 2\n3 1";
  expect_entries(text, kMatrixMarket, 3, 3,
                 {{{1, 0}, 1}, {{0, 1}, 1}, {{1, 1}, 1}, {{2, 0}, 1}, {{0, 2}, 1}});
}

TEST(MatrixMarket, ReadsIntegers) {
  expect_entries("%%MatrixMarket MATRIX coordinate INTEGER general\n1 2 1\n1 2 123456789\n",
                 kMatrixMarket, 1, 2, {{{0, 1}, 123456789}});
}

TEST(MatrixMarket, ReadsNoEntries) {
  expect_entries("%%MatrixMarket matrix coordinate real general\n3 4 0\n", kMatrixMarket, 3, 4, {});
}

TEST(MatrixMarket, ReadsManyEntries) {
  EntryMap expected;
  std::string entries;
  for (Index at = 0; at < 500; ++at) {
    const Index row = at * 7919 % 61;
    const Index column = at;
    expected[{row, column}] = static_cast<double>(at) / 8;
    entries += std::to_string(row + 1) + " " + std::to_string(column + 1) + " " +
               std::to_string(static_cast<double>(at) / 8) + "\n";
  }
  expect_entries("%%MatrixMarket matrix coordinate real general\n61 500 500\n" + entries,
                 kMatrixMarket, 61, 500, expected);
}

TEST(MatrixMarket, ReadsArraysOfAnyShape) {
  for (const auto& [rows, columns] : {std::pair<Index, Index>{1, 1}, {1, 9}, {9, 1}, {7, 5}}) {
    std::string text = "%%MatrixMarket matrix array real general\n% comment\n" +
                       std::to_string(rows) + " " + std::to_string(columns) + "\n";
    for (Index j = 0; j < columns; ++j) {
      for (Index i = 0; i < rows; ++i) {
        text += std::to_string(value_at(i, j)) + "\n";
      }
    }
    expect_values(text, kMatrixMarket, rows, columns);
    expect_values(text + "\n\n", kMatrixMarket, rows, columns);
  }
}

TEST(Docword, ReadsEntriesBelowItsThreeSizes) {
  expect_entries("3\r\n4\r\n2\r\n1 4 7\r\n3 1 2\r\n", kDocword, 3, 4, {{{0, 3}, 7}, {{2, 0}, 2}});
}

TEST(EdgeList, ReadsEdgesAsWritten) {
  const std::string text = "# nodes\r\n0\t1\r\n% more\r\n3 3\r\n\r\n1,2\r\n";
  expect_entries(text, kDirected, 4, 4, {{{0, 1}, 1}, {{3, 3}, 1}, {{1, 2}, 1}});
}

TEST(EdgeList, MirrorsUndirectedEdgesButNoLoops) {
  expect_entries("0 1 0.5\n2 2 3\n", kUndirected, 3, 3,
                 {{{0, 1}, 0.5}, {{1, 0}, 0.5}, {{2, 2}, 3}});
}

/// A table of value_at(), with what is asked for around it.
std::string make_table(Index rows, Index columns, char delimiter, const std::string& header,
                       bool row_names) {
  std::string text = header.empty() ? "" : header + "\n";
  for (Index i = 0; i < rows; ++i) {
    text += row_names ? "\"row " + std::to_string(i) + "\"" + delimiter : "";
    for (Index j = 0; j < columns; ++j) {
      text += std::to_string(value_at(i, j)) + (j + 1 < columns ? std::string(1, delimiter) : "\n");
    }
  }
  return text;
}

TEST(Csv, ReadsTablesWithEveryDelimiter) {
  for (const char delimiter : {',', '\t', ';'}) {
    expect_values(make_table(11, 3, delimiter, "", false), kCsv, 11, 3);
  }
}

TEST(Csv, ReadsTablesOfAnyShape) {
  for (const auto& [rows, columns] : {std::pair<Index, Index>{1, 1}, {1, 9}, {9, 1}, {2, 2}}) {
    expect_values(make_table(rows, columns, ',', "", false), kCsv, rows, columns);
  }
}

TEST(Csv, TakesCommentsBeforeAndBlankLinesBehindTheTable) {
  expect_values("# made by hand\n\n" + make_table(4, 2, ',', "", false) + "\n \n", kCsv, 4, 2);
}

TEST(Csv, KeepsNamesOnProcessZero) {
  const std::vector<std::string> columns = {"a", "b,c"};
  for (const char* header : {R"(,a,"b,c")", R"("id",a,"b,c")", R"(a,"b,c")"}) {
    const std::string text = make_table(5, 2, ',', header, true);
    expect_values(text, kCsv, 5, 2);
    for_each_way(text, kCsv, [&](const MatrixSource& source) {
      const MatrixNames names = source.read_names(test_world());
      if (test_world().rank() == 0) {
        EXPECT_EQ(names.columns, columns);
        ASSERT_EQ(names.rows.size(), 5U);
        EXPECT_EQ(names.rows[3], "row 3");
      } else {
        EXPECT_TRUE(names.rows.empty() && names.columns.empty());
      }
    });
  }
}

TEST(Csv, ReadsNotANumberAndInfinity) {
  for_each_way("1,NA\nNaN,-inf\n", kCsv, [](const MatrixSource& source) {
    const auto& dense = dynamic_cast<const DenseSource&>(source);
    std::vector<Rectangle> wanted(static_cast<std::size_t>(test_world().size()));
    wanted.back() = {{0, 2}, {0, 2}};
    const Matrix<double> values = dense.read_float64(test_world(), wanted);
    if (values.size() > 0) {
      EXPECT_TRUE(std::isnan(values(0, 1)) && std::isnan(values(1, 0)));
      EXPECT_EQ(values(1, 1), -INFINITY);
    }
  });
}

}  // namespace
}  // namespace tessera::io
