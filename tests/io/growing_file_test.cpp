#include "tessera/io/growing_file.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/io/csv_text.hpp"
#include "tessera/io/npy_header.hpp"
#include "tessera/io/parse_csv.hpp"
#include "tessera/io/parse_npy.hpp"

#include "content_of.hpp"

namespace tessera::io {
namespace {

using testing::content_of;
namespace fs = std::filesystem;

class GrowingFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder_);
    std::ofstream(path_) << "old";
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] auto files() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_ =
      fs::temp_directory_path() / fmt::format("tessera_growing_file_test_{}", ::getpid());
  fs::path path_ = folder_ / "file";
};

TEST_F(GrowingFileTest, AppearsWhenItIsComplete) {
  GrowingFile file(path_);
  file.append("new ");
  file.append("content");
  EXPECT_EQ(content_of(path_), "old");
  file.commit();
  EXPECT_EQ(content_of(path_), "new content");
  EXPECT_EQ(files(), 1);
}

TEST_F(GrowingFileTest, LeavesNothingWithoutCommit) {
  { GrowingFile(path_).append("half"); }
  EXPECT_EQ(content_of(path_), "old");
  EXPECT_EQ(files(), 1);
}

TEST_F(GrowingFileTest, NamesTheFileThatCannotBeWritten) {
  const std::string path = folder_ / "absent" / "file";
  try {
    const GrowingFile file(path);
    FAIL() << "it was created";
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find("cannot write '" + path + "'"), std::string::npos);
  }
}

TEST(NpyHeader, IsWhatTheReaderUnderstands) {
  for (const Index rows : {Index{1}, Index{12345}, Index{1} << 40}) {
    for (const Index columns : {1, 78, 123456789}) {
      const std::string bytes = npy_header<float>(rows, columns);
      EXPECT_EQ(bytes.size() % 64, 0U);
      const auto header = parse_npy_header(bytes);
      EXPECT_EQ(header.shape, (std::vector<Index>{rows, columns}));
      EXPECT_FALSE(header.fortran_order);
      EXPECT_EQ(header.data_offset, std::ssize(bytes));
      EXPECT_EQ(npy_type_name(parse_npy_type(header.descr)), "float32");
    }
  }
  EXPECT_EQ(parse_npy_header(npy_header<double>(2, 3)).descr, "'<f8'");
}

TEST(CsvField, IsReadBackByTheReader) {
  for (const std::string text : {"plain", "a,b", "say \"x\"", "\"", " blanks ", "semi;colon", ""}) {
    const std::string line = csv_field(text) + ",1";
    std::vector<std::string_view> fields;
    split_csv({line, 1}, ',', fields);
    ASSERT_EQ(fields.size(), 2U) << line;
    EXPECT_EQ(unquote(fields[0]), text);
  }
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
}

}  // namespace
}  // namespace tessera::io
