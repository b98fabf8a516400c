#include "tessera/io/text_file.hpp"

#include <string>
#include <vector>

#include "tessera/io/text_format.hpp"
#include "tessera/mpi/agree.hpp"

#include "text_fixture.hpp"

namespace tessera::io {
namespace {

using testing::compress;
using testing::test_world;
using testing::tiny_limits;
using testing::write_file;

/// Lines of very different lengths; line i has i % 7 copies of its number.
std::string make_text(Index lines, const std::string& line_end) {
  std::string text;
  for (Index number = 1; number <= lines; ++number) {
    for (Index copy = 0; copy < number % 7; ++copy) {
      text += std::to_string(number) + " ";
    }
    text += number == lines ? "" : line_end;
  }
  return text;
}

/// How often each line was visited, over all processes; checks what it says.
std::vector<Index> visit_all(const TextFile& file, Index lines) {
  std::vector<Index> visits(static_cast<std::size_t>(lines) + 1, 0);
  file.parse_all(test_world(), [&](const TextChunk& chunk) {
    for_each_line(chunk, [&](const TextLine& line) {
      ++visits.at(static_cast<std::size_t>(line.number));
      const bool starts = line.text.starts_with(std::to_string(line.number) + " ");
      EXPECT_EQ(starts, line.number % 7 != 0) << line.number << ": " << line.text;
    });
  });
  test_world().all_reduce_sum(std::span<Index>(visits));
  return visits;
}

TEST(TextFile, VisitsEveryLineOnceWithItsNumber) {
  const auto folder = testing::temporary_folder(test_world());
  constexpr Index kLines = 100;
  std::vector<Index> once(kLines + 1, 1);
  once[0] = 0;
  for (const char* line_end : {"\n", "\r\n"}) {
    const std::string text = make_text(kLines, line_end);
    const std::string two_members = compress(text.substr(0, 77)) + compress(text.substr(77));
    for (const std::string& bytes : {text, compress(text), two_members}) {
      write_file(folder.path() / "text", bytes, test_world());
      for (const Index piece : {1, 3, 17, 1000, 100000}) {
        const TextFile file((folder.path() / "text").string(), test_world(), tiny_limits(piece));
        EXPECT_EQ(visit_all(file, kLines), once) << piece;
      }
    }
  }
}

TEST(LineEndSearch, CountsOnlyEndsOutsideQuotesIfAsked) {
  constexpr std::size_t kNone = std::string_view::npos;
  EXPECT_EQ(LineEndSearch(LineEnds::every).first("a\nb\nc"), 2U);
  EXPECT_EQ(LineEndSearch(LineEnds::every).last("a\nb\nc"), 4U);
  LineEndSearch search(LineEnds::outside_quotes);
  EXPECT_EQ(search.last("\"a\n\"\n\"\n"), 5U);
  EXPECT_EQ(search.first("b\n"), kNone);  // the quote is still open
  EXPECT_EQ(search.first("\"\"\"\n"), 4U);
  EXPECT_EQ(LineEndSearch(LineEnds::outside_quotes, true).first("a\n\"\n"), 4U);
}

TEST(TextFile, QuotedLineEndsDoNotCutIt) {
  const auto folder = testing::temporary_folder(test_world());
  std::string text;
  for (Index record = 0; record < 60; ++record) {
    const bool quoted = record % 3 == 0;
    text += quoted ? "\"r\n\n\"\"" + std::string(static_cast<std::size_t>(record), '\n') + "\"\n"
                   : "record\n";
  }
  for (const std::string& bytes : {text, compress(text)}) {
    write_file(folder.path() / "text", bytes, test_world());
    for (const Index piece : {1, 5, 40, 100000}) {
      const TextFile file((folder.path() / "text").string(), test_world(), tiny_limits(piece),
                          LineEnds::outside_quotes);
      Index records = 0;
      file.parse_all(test_world(), [&](const TextChunk& chunk) {
        EXPECT_EQ(chunk.text.front() == '"', chunk.text.substr(0, 2) == "\"r") << chunk.first_line;
        EXPECT_FALSE(leaves_quote_open(chunk.text));
        LineEndSearch search(LineEnds::outside_quotes);
        for (std::string_view rest = chunk.text; !rest.empty(); ++records) {
          rest.remove_prefix(search.first(rest));
        }
      });
      EXPECT_EQ(test_world().sum(records), 60) << piece;
    }
  }
}

TEST(TextFile, MoreProcessesThanLinesLeaveSomeWithoutWork) {
  const auto folder = testing::temporary_folder(test_world());
  for (const std::string& text : std::vector<std::string>{"1 ", "1 \n", "1 \n2 2 \n"}) {
    write_file(folder.path() / "text", text, test_world());
    const TextFile file((folder.path() / "text").string(), test_world());
    const Index lines = text.find('2') == std::string::npos ? 1 : 2;
    std::vector<Index> once(static_cast<std::size_t>(lines) + 1, 1);
    once[0] = 0;
    EXPECT_EQ(visit_all(file, lines), once);
  }
}

TEST(TextFile, TellsTheFirstWrongLineOnAnyNumberOfProcesses) {
  const auto folder = testing::temporary_folder(test_world());
  const std::string text = make_text(200, "\n");
  for (const std::string& bytes : {text, compress(text)}) {
    write_file(folder.path() / "text", bytes, test_world());
    const TextFile file((folder.path() / "text").string(), test_world(), tiny_limits(50));
    try {
      file.parse_all(test_world(), [](const TextChunk& chunk) {
        for_each_line(chunk, [](const TextLine& line) {
          if (line.number >= 60 && line.number % 20 == 0) {
            throw LineError(line.number, "a multiple of 20");
          }
        });
      });
      ADD_FAILURE() << "no error";
    } catch (const mpi::AgreedError& error) {
      EXPECT_EQ(error.what(), "'" + file.path() + "', line 60: a multiple of 20");
      EXPECT_EQ(error.code(), ExitCode::input);
    }
  }
}

TEST(TextFile, EndsEveryRoundOnAllProcesses) {
  const auto folder = testing::temporary_folder(test_world());
  const std::string text = make_text(50, "\n");
  for (const std::string& bytes : {text, compress(text)}) {
    write_file(folder.path() / "text", bytes, test_world());
    const TextFile file((folder.path() / "text").string(), test_world(), tiny_limits(20));
    Index rounds = 0;
    file.parse_all(
        test_world(), [](const TextChunk&) {}, [&] { ++rounds; });
    EXPECT_EQ(rounds, test_world().max(rounds));
    EXPECT_GT(rounds, 1);
  }
}

TEST(TextFile, RefusesLinesBeyondTheBound) {
  const auto folder = testing::temporary_folder(test_world());
  const std::string text = "short\n" + std::string(5000, 'x') + "\nshort\n";
  TextLimits limits = tiny_limits(64);
  limits.longest_line = 1000;
  for (const std::string& bytes : {text, compress(text)}) {
    write_file(folder.path() / "text", bytes, test_world());
    try {
      const TextFile file((folder.path() / "text").string(), test_world(), limits);
      file.parse_all(test_world(), [](const TextChunk&) {});
      ADD_FAILURE() << "no error";
    } catch (const mpi::AgreedError& error) {
      EXPECT_NE(std::string(error.what()).find("line 2: the line is longer than 1000 bytes"),
                std::string::npos)
          << error.what();
    }
  }
}

TEST(RecogniseText, LooksThroughGzipThatEndsAnywhere) {
  const std::string packed = compress("0 1\n1 2\n2 3\n");
  EXPECT_EQ(recognise_text(packed, "x.gz"), TextFormat::edge_list);
  EXPECT_EQ(recognise_text(packed.substr(0, packed.size() - 9), "x.gz"), TextFormat::edge_list);
  EXPECT_EQ(recognise_text(packed.substr(0, 2), "x.gz"), TextFormat::unknown);
}

}  // namespace
}  // namespace tessera::io
