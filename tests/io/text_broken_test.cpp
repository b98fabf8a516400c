#include <memory>
#include <string>
#include <vector>

#include "tessera/io/csv.hpp"
#include "tessera/io/docword.hpp"
#include "tessera/io/edge_list.hpp"
#include "tessera/io/matrix_market.hpp"
#include "tessera/mpi/agree.hpp"

#include "text_fixture.hpp"

/// No broken file is accepted, and each is told by its name, its line where there is one, and what
/// is wrong with it.
namespace tessera::io {
namespace {

using testing::compress;
using testing::test_world;

enum class Format { matrix_market, docword, edge_list, csv };

struct Broken {
  const char* name;
  Format format;
  std::string bytes;
  const char* words;  ///< expected in the message
};

std::unique_ptr<MatrixSource> open(Format format, const std::string& path) {
  const InputOptions input{path, ""};
  const TextLimits limits = testing::tiny_limits(16);
  switch (format) {
    case Format::matrix_market:
      return open_matrix_market(input, test_world(), limits);
    case Format::docword:
      return open_docword(input, test_world(), limits);
    case Format::edge_list:
      return open_edge_list(input, EdgeDirection::as_written, test_world(), limits);
    default:
      return open_csv(input, test_world(), limits);
  }
}

void read(const MatrixSource& source) {
  if (const auto* sparse = dynamic_cast<const SparseSource*>(&source)) {
    (void)sparse->read_entries_float64(test_world());
  } else {
    (void)testing::read_all_values(source, test_world());
  }
}

void expect_refused(const std::filesystem::path& path, const Broken& file,
                    const std::string& bytes) {
  SCOPED_TRACE(file.name);
  testing::write_file(path, bytes, test_world());
  try {
    read(*open(file.format, path.string()));
    ADD_FAILURE() << "accepted";
  } catch (const mpi::AgreedError& error) {
    const std::string message = error.what();
    EXPECT_EQ(error.code(), ExitCode::input) << message;
    EXPECT_NE(message.find(file.words), std::string::npos) << message;
    EXPECT_NE(message.find(path.string()), std::string::npos) << message;
    EXPECT_EQ(message, test_world().broadcast(message, 0));
  }
}

/// Refused as plain text and compressed.
void expect_all_refused(const std::vector<Broken>& files) {
  const auto folder = testing::temporary_folder(test_world());
  for (const Broken& file : files) {
    expect_refused(folder.path() / "plain", file, file.bytes);
    if (!file.bytes.empty()) {
      expect_refused(folder.path() / "packed.gz", file, compress(file.bytes));
    }
  }
}

std::string coordinate(const std::string& rest) {
  return "%%MatrixMarket matrix coordinate real general\n" + rest;
}

std::string array(const std::string& rest) {
  return "%%MatrixMarket matrix array real general\n" + rest;
}

TEST(BrokenText, MatrixMarketHeader) {
  constexpr Format kFormat = Format::matrix_market;
  expect_all_refused({
      {"empty", kFormat, "", "is empty"},
      {"no banner", kFormat, "3 3 1\n1 1 1\n", "line 1: a Matrix Market file begins with"},
      {"blank first line", kFormat, std::string("\n").append(coordinate("1 1 1\n1 1 1\n")),
       "line 1: "},
      {"banner only", kFormat, coordinate(""), "the file ends before"},
      {"comments only", kFormat, coordinate("% a\n% b\n"), "the file ends before"},
      {"complex", kFormat, "%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1 1\n",
       "line 1: complex"},
      {"hermitian", kFormat, "%%MatrixMarket matrix coordinate real hermitian\n1 1 1\n1 1 1\n",
       "line 1: hermitian"},
      {"skew", kFormat, "%%MatrixMarket matrix coordinate real skew-symmetric\n1 1 1\n1 1 1\n",
       "line 1: skew-symmetric"},
      {"object", kFormat, "%%MatrixMarket vector coordinate real general\n1 1 1\n", "not a matrix"},
      {"short size", kFormat, coordinate("3 3\n1 1 1\n"), "line 2: the number of entries"},
      {"long size", kFormat, coordinate("3 3 1 1\n1 1 1\n"), "line 2: there is more"},
      {"negative size", kFormat, coordinate("-3 3 1\n1 1 1\n"), "line 2: "},
      {"negative entries", kFormat, coordinate("3 3 -1\n1 1 1\n"), "line 2: "},
      {"zero rows", kFormat, coordinate("0 3 0\n"), "line 2: a matrix of 0x3 has no entries"},
      {"beyond 63 bits", kFormat, coordinate("4294967296 4294967296 1\n1 1 1\n"), "63 bits"},
      {"beyond 64 bits", kFormat, coordinate("99999999999999999999 1 1\n1 1 1\n"), "64 bits"},
      {"real size", kFormat, coordinate("3.0 3 1\n1 1 1\n"), "'3.0' is not an integer"},
      {"not square", kFormat, "%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n1 1 1\n",
       "as many rows"},
      {"huge promise", kFormat, coordinate("2000000000 2000000000 1000000000000\n1 1 1\n"),
       "truncated"},
      {"huge array", kFormat, array("2000000000 2000000000\n1\n"), "truncated"},
  });
}

TEST(BrokenText, MatrixMarketEntries) {
  constexpr Format kFormat = Format::matrix_market;
  expect_all_refused({
      {"fewer entries", kFormat, coordinate("3 3 3\n1 1 1\n2 2 2\n"), "only 2: the file is trunc"},
      {"more entries", kFormat, coordinate("3 3 1\n1 1 1\n2 2 2\n"), "the last on line 4"},
      {"row zero", kFormat, coordinate("3 3 1\n0 1 1\n"), "line 3: the row 0"},
      {"row beyond", kFormat, coordinate("3 3 2\n1 1 1\n4 1 1\n"), "line 4: the row 4"},
      {"column beyond", kFormat, coordinate("3 3 1\n1 4 1\n"), "line 3: the column 4"},
      {"no value", kFormat, coordinate("3 3 1\n1 1\n"), "line 3: the value is missing"},
      {"two values", kFormat, coordinate("3 3 1\n1 1 1 2\n"), "line 3: there is more"},
      {"word", kFormat, coordinate("3 3 1\n1 1 one\n"), "line 3: the value 'one' is not a number"},
      {"decimal comma", kFormat, coordinate("3 3 1\n1 1 1,5\n"), "'1,5' is not a number"},
      {"overflow", kFormat, coordinate("3 3 1\n1 1 1e999\n"), "'1e999' is not a number"},
      {"real in integer", kFormat,
       "%%MatrixMarket matrix coordinate integer general\n3 3 1\n1 1 1.5\n", "'1.5' is not an int"},
      {"value in pattern", kFormat,
       "%%MatrixMarket matrix coordinate pattern general\n3 3 1\n1 1 1\n", "line 3: there is more"},
      {"nul", kFormat, coordinate("3 3 2\n1 1 1\n2 2 ") + std::string(1, '\0') + "\n", "NUL"},
      {"short array", kFormat, array("2 2\n1\n2\n3\n"), "only 3: the file is truncated"},
      {"long array", kFormat, array("2 2\n1\n2\n3\n4\n5\n"), "line 7: there are more values"},
      {"blank in array", kFormat, array("2 2\n1\n2\n\n3\n4\n"), "line 5: the value is missing"},
      {"two in array", kFormat, array("2 2\n1 2\n3 4\n5\n6\n"), "line 3: there is more"},
  });
}

TEST(BrokenText, Docword) {
  constexpr Format kFormat = Format::docword;
  expect_all_refused({
      {"two sizes", kFormat, "3\n3\n", "ends within its three header lines"},
      {"size line", kFormat, "3 3 1\n1 1 1\n", "line 1: there is more"},
      {"word", kFormat, "3\nthree\n1\n1 1 1\n", "line 2: the number of words 'three'"},
      {"zero", kFormat, "3\n0\n1\n1 1 1\n", "line 2: the number of words must be"},
      {"beyond 63 bits", kFormat, "4294967296\n4294967296\n1\n1 1 1\n", "line 2: "},
      {"fewer", kFormat, "3\n3\n2\n1 1 1\n", "only 1: the file is truncated"},
      {"more", kFormat, "3\n3\n1\n1 1 1\n2 2 2\n", "the last on line 5"},
      {"word beyond", kFormat, "3\n3\n1\n1 4 1\n", "line 4: the column 4"},
      {"cut entry", kFormat, "3\n3\n1\n1 1", "line 4: the value is missing"},
  });
}

TEST(BrokenText, EdgeList) {
  constexpr Format kFormat = Format::edge_list;
  expect_all_refused({
      {"comments only", kFormat, "# a\n% b\n", "there are no edges"},
      {"one field", kFormat, "1 2\n3\n", "line 2: the second node is missing"},
      {"four fields", kFormat, "1 2 3 4\n", "line 1: there is more"},
      {"weight lost", kFormat, "1 2 3\n3 4\n", "line 2: the weight is missing"},
      {"weight added", kFormat, "1 2\n3 4 5\n", "line 2: there is more"},
      {"negative", kFormat, "1 2\n3 -4\n", "line 2: the second node -4"},
      {"name", kFormat, "1 2\nalice bob\n", "line 2: the first node 'alice'"},
      {"huge node", kFormat, "1 2\n3 4000000000\n", "line 2: the second node 4000000000"},
      {"comma", kFormat, "1,2\n3,,4\n", "line 2: the second node is missing"},
  });
}

TEST(BrokenText, Csv) {
  constexpr Format kFormat = Format::csv;
  expect_all_refused({
      {"blank only", kFormat, "\n \n", "there is no table"},
      {"ragged", kFormat, "1,2\n3,4\n5\n", "line 3: the line has 1 field, but the first row has 2"},
      {"longer", kFormat, "1,2\n3,4\n5,6,7\n", "line 3: the line has 3 fields"},
      {"second longer", kFormat, "1,2\n3,4,5,6\n",
       "line 2: the line has 4 fields, but line 1 has 2"},
      {"empty field", kFormat, "1,2\n3,\n", "line 2: field 2 is empty"},
      {"word", kFormat, "1,2\n3,4\n5,six\n", "line 3: field 2, 'six', is not a number"},
      {"decimal comma", kFormat, "1,5;2\n3,5;4\n1,5;x\n", "is not a number"},
      {"blank line", kFormat, "1,2\n\n3,4\n", "line 2: "},
      {"open quote", kFormat, "a,b\n\"1,2\n", "line 2: a quoted field does not end"},
      {"behind quote", kFormat, "a,b\n\"1\"x,2\n", "line 2: there is text behind"},
      {"names only", kFormat, "a\nb\n", "there is no column of numbers"},
      {"header only", kFormat, "a,b,c\n", "is not a number"},
      {"nul", kFormat, std::string("1,2\n3,\0\n", 8), "line 2: there is a NUL byte"},
      {"binary", kFormat, "\x89PNG\r\n\x1a\n" + std::string(20, '\0'), "no column of numbers"},
  });
}

TEST(BrokenText, Gzip) {
  const auto folder = testing::temporary_folder(test_world());
  std::string text = coordinate("1000 1000 1000\n");
  for (int at = 1; at <= 1000; ++at) {
    text += std::to_string(at) + " " + std::to_string(at * 7919 % 1000 + 1) + " 1\n";
  }
  const std::string whole = compress(text);
  std::string wrong_checksum = whole;
  wrong_checksum[whole.size() - 6] = static_cast<char>(wrong_checksum[whole.size() - 6] ^ 1);
  std::string wrong_header = whole;
  wrong_header[2] = 7;
  const std::vector<Broken> files = {
      {"half", Format::matrix_market, whole.substr(0, whole.size() / 2), "truncated"},
      {"no checksum", Format::matrix_market, whole.substr(0, whole.size() - 8), "truncated"},
      {"checksum", Format::matrix_market, wrong_checksum, "damaged"},
      {"header", Format::matrix_market, wrong_header, "damaged"},
      {"magic only", Format::matrix_market, whole.substr(0, 2), "truncated"},
      {"something behind", Format::matrix_market, whole + "something", "damaged"},
      {"twice", Format::matrix_market, whole + whole, "%%MatrixMarket"},
  };
  for (const Broken& file : files) {
    expect_refused(folder.path() / "broken.gz", file, file.bytes);
  }
}

TEST(BrokenText, AMissingFileIsAnInputOutputFailure) {
  for (const Format format :
       {Format::matrix_market, Format::docword, Format::edge_list, Format::csv}) {
    try {
      (void)open(format, "/nowhere/matrix.txt");
      ADD_FAILURE() << "accepted";
    } catch (const mpi::AgreedError& error) {
      EXPECT_EQ(error.code(), ExitCode::io);
    }
  }
}

}  // namespace
}  // namespace tessera::io
