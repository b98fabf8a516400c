#include "tessera/ingest/corpus.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "tessera/ingest/document_order.hpp"

#include "hdf5_fixture.hpp"
#include "text_fixture.hpp"

/// Every kind of corpus gives the same documents in the same order on any number of processes.
namespace tessera::ingest {
namespace {

using testing::compress;
using testing::expect_agreed_error;
using testing::test_world;
using testing::tiny_limits;
using testing::write_file;

struct Read {
  Index documents = 0;
  /// "name|label|text" of this process's documents, by their place among all.
  std::map<Index, std::string> own;
};

Read read_corpus(const CorpusOptions& options, Index piece_bytes = Index{1} << 20) {
  const auto corpus = open_corpus(options, false, test_world(), tiny_limits(piece_bytes));
  Utf8Decoder decoder(options.encoding_errors);
  std::vector<std::string> seen;
  const auto runs = corpus->read(
      decoder,
      [&](const Document& document) {
        seen.push_back(std::string(document.name) + "|" +
                       std::string(document.label.value_or("-")) + "|" +
                       std::string(document.text));
      },
      test_world());
  const DocumentOrder order(runs, test_world());
  Read read{order.documents(), {}};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    read.own[order.own().at(i)] = seen[i];
  }
  return read;
}

void expect_documents(const CorpusOptions& options, const std::vector<std::string>& expected,
                      Index piece_bytes = Index{1} << 20) {
  const Read read = read_corpus(options, piece_bytes);
  ASSERT_EQ(read.documents, std::ssize(expected));
  EXPECT_EQ(test_world().sum(std::ssize(read.own)), read.documents);
  for (const auto& [place, text] : read.own) {
    EXPECT_EQ(text, expected[static_cast<std::size_t>(place)]) << place;
  }
}

class CorpusTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, std::string_view bytes) const {
    write_file(folder_.path() / name, bytes, test_world());
  }

 private:
  testing::TemporaryFolder folder_{test_world()};
};

TEST_F(CorpusTest, LinesAreDocumentsAlsoEmptyOnes) {
  const std::string text = "one\n\nthree 3\r\nfour\n\n";
  const std::vector<std::string> expected = {"|-|one", "|-|", "|-|three 3", "|-|four", "|-|"};
  write("a.txt", text);
  write("a.gz", compress(text));
  for (const Index piece : {1, 7, 1000}) {
    expect_documents({.path = file("a.txt")}, expected, piece);
    expect_documents({.path = file("a.gz")}, expected, piece);
  }
}

/// A table of rows whose texts hold delimiters, quotes and line ends, and the documents in it.
std::pair<std::string, std::vector<std::string>> make_table() {
  std::string table = "id,text,\"the\nlabel\"\n";
  std::vector<std::string> documents;
  for (int row = 0; row < 40; ++row) {
    std::string text;
    std::string quoted;
    for (int i = 0; i < row % 9; ++i) {
      const char c = "a\n,\"b\r;\nc"[(row + i) % 9];
      text += c;
      quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    const std::string number = std::to_string(row);
    table += number + ",\"" + quoted + "\"," + (row % 3 == 0 ? "" : "x") +
             (row % 2 == 0 ? "\r\n" : "\n");
    documents.push_back(number + "|" + (row % 3 == 0 ? "-" : "x") + "|" + text);
  }
  return {table, documents};
}

TEST_F(CorpusTest, RowsOfTablesMayReachOverLinesAndProcesses) {
  const auto& [table, documents] = make_table();
  write("a.csv", table);
  write("a.csv.gz", compress(table));
  for (const std::string name : {"a.csv", "a.csv.gz"}) {
    for (const Index piece : {1, 5, 40, 100000}) {
      expect_documents({.path = file(name), .label_column = "the\nlabel", .name_column = "1"},
                       documents, piece);
    }
  }
}

TEST_F(CorpusTest, TablesWithoutHeaderAndQuotes) {
  write("a.tsv", "ham\t5\" disk\nspam\t\"win\n");
  expect_documents(
      {.path = file("a.tsv"), .text_column = "2", .label_column = "1", .no_quotes = true},
      {"|ham|5\" disk", "|spam|\"win"});
  expect_documents({.path = file("a.tsv"), .text_column = "2", .header = true, .no_quotes = true},
                   {"|-|\"win"});
}

TEST_F(CorpusTest, WrongRowsAreToldOnAnyNumberOfProcesses) {
  const auto refused = [&](const CorpusOptions& options, ExitCode code,
                           const std::vector<std::string>& parts) {
    for (const Index piece : {3, 100000}) {
      expect_agreed_error(code, parts, [&] { read_corpus(options, piece); });
    }
  };
  std::string table = "text,n\n";
  for (int row = 2; row <= 60; ++row) {
    table += row == 31 ? "5\" disk,1\n" : row == 50 ? "a,b,c\n" : "\"a\",1\n";
  }
  write("a.csv", table);
  refused({.path = file("a.csv")}, ExitCode::input, {"a.csv', line 31: there is a quote within"});
  refused({.path = file("a.csv"), .no_quotes = true}, ExitCode::input,
          {"line 50: the row has 3 fields, but the first row 2"});
  refused({.path = file("a.csv"), .text_column = "txt"}, ExitCode::usage,
          {"--text-column txt", "'text', 'n'"});
  refused({.path = file("a.csv"), .text_column = "3"}, ExitCode::usage, {"columns 1 to 2"});
}

TEST_F(CorpusTest, JsonLinesHaveTextsLabelsAndNames) {
  const std::string text =
      "{\"text\": \"a\\n\\u00e9\", \"y\": 3, \"id\": \"n\"}\n\n"
      "{\"y\": null, \"text\": \"\"}\n{\"text\":\"z\",\"y\":true}";
  const std::vector<std::string> expected = {"n|3|a\n\u00e9", "|-|", "|true|z"};
  write("a.jsonl", text);
  write("other", compress(text));
  for (const std::string name : {"a.jsonl", "other"}) {
    for (const Index piece : {1, 1000}) {
      expect_documents({.path = file(name), .label_field = "y", .name_field = "id"}, expected,
                       piece);
    }
  }
}

TEST_F(CorpusTest, WrongJsonIsToldWithItsLine) {
  const auto refused = [&](const std::string& second, const std::vector<std::string>& parts) {
    write("a.jsonl", "{\"text\": \"a\"}\n" + second);
    expect_agreed_error(ExitCode::input, parts, [&] { read_corpus({.path = file("a.jsonl")}); });
  };
  refused("{\"text\": \"a\"", {"line 2: not JSON"});
  refused("[1]", {"line 2: not a JSON object"});
  refused("{\"body\": \"a\"}", {"line 2: 'text' is not a member", "--text-field"});
  refused("{\"text\": 4}", {"line 2: 'text' is no text, but number"});
}

TEST_F(CorpusTest, FoldersAreReadInOrderWithLabels) {
  testing::on_process_0(test_world(), [&] {
    std::filesystem::create_directories(file("news/b/deep"));
    std::filesystem::create_directories(file("news/a"));
    std::filesystem::create_directories(file("news/.git"));
    for (const std::string name : {"b/2.txt", "b/10.txt", "b/deep/x.txt", "a/1.txt", "top.txt",
                                   "b/notes.md", ".git/h.txt"}) {
      std::ofstream(file("news/" + name)) << "in " << name;
    }
    std::ofstream(file("news/empty.txt"));
    std::filesystem::create_symlink(file("news/a/1.txt"), file("news/link.txt"));
  });
  expect_documents({.path = file("news")},
                   {"a/1.txt|a|in a/1.txt", "b/10.txt|b|in b/10.txt", "b/2.txt|b|in b/2.txt",
                    "b/deep/x.txt|b|in b/deep/x.txt", "empty.txt|-|", "top.txt|-|in top.txt"});
  EXPECT_EQ(read_corpus({.path = file("news"), .file_suffix = "any"}).documents, 7);
  expect_agreed_error(ExitCode::input, {"no files that end in '.doc', but 7 others"},
                      [&] { read_corpus({.path = file("news"), .file_suffix = ".doc"}); });
}

TEST_F(CorpusTest, WhatIsNoCorpusIsRefused) {
  const auto refused = [&](const CorpusOptions& options, ExitCode code,
                           const std::vector<std::string>& parts) {
    expect_agreed_error(code, parts, [&] { read_corpus(options); });
  };
  std::string tar(512, '\0');
  tar.replace(257, 5, "ustar");
  write("a.tar.gz", compress(tar));
  write("a.json", " [{\"text\": 1}]");
  write("binary", std::string("a\0b", 3));
  write("lines", "caf\xe9\n");
  refused({.path = file("a.tar.gz")}, ExitCode::input, {"tar archive: unpack it"});
  refused({.path = file("a.json")}, ExitCode::input, {"JSON array", "jq"});
  refused({.path = file("binary")}, ExitCode::input, {"is no text"});
  refused({.path = file("absent")}, ExitCode::io, {"No such file"});
  refused({.path = file("lines"), .format = CorpusFormat::folder}, ExitCode::usage,
          {"--format folder needs a folder"});
  refused({.path = file("lines"), .label_field = "y"}, ExitCode::usage,
          {"--label-field is for JSON lines"});
  refused({.path = file("lines"), .encoding_errors = EncodingErrors::error}, ExitCode::input,
          {"lines', line 1: byte 4 (0xe9) is not UTF-8"});
  expect_documents({.path = file("lines"), .encoding_errors = EncodingErrors::latin1},
                   {"|-|caf\u00e9"});
}

}  // namespace
}  // namespace tessera::ingest
