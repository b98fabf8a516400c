#include "tessera/io/atomic_file.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tessera/core/error.hpp"

#include "content_of.hpp"

namespace tessera::io {
namespace {

using testing::content_of;
namespace fs = std::filesystem;

class AtomicFile : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_ =
      fs::temp_directory_path() / fmt::format("tessera_atomic_file_test_{}", ::getpid());
};

TEST_F(AtomicFile, LeavesALinkOfALikeNameAlone) {
  const fs::path precious = folder_ / "precious";
  std::ofstream(precious) << "precious";
  const fs::path report = folder_ / "report";
  fs::create_symlink(precious, fmt::format("{}.{}.tmp", report.string(), ::getpid()));

  write_file_atomically(report.string(), "new");

  EXPECT_EQ(content_of(precious), "precious");
  EXPECT_EQ(content_of(report), "new");
  EXPECT_FALSE(fs::is_symlink(report));
}

TEST_F(AtomicFile, ReplacesWhatALinkLeadsToAndLeavesNothingElse) {
  const fs::path target = folder_ / "target";
  std::ofstream(target) << "old";
  const fs::path link = folder_ / "link";
  fs::create_symlink(target, link);

  write_file_atomically(link.string(), "new");

  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(content_of(target), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 2);
}

TEST_F(AtomicFile, SaysWhatItCouldNotWriteAndLeavesNothing) {
  const std::string path = folder_ / "absent" / "report";
  try {
    write_file_atomically(path, "new");
    ADD_FAILURE() << "wrote into a folder that is not there";
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(AtomicFile, HasTheModeThatTheUmaskGives) {
  constexpr mode_t kGroupReads = 0027;
  const mode_t before = umask(kGroupReads);
  const fs::path report = folder_ / "report";
  write_file_atomically(report.string(), "new");
  umask(before);

  struct stat status {};
  ASSERT_EQ(stat(report.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

}  // namespace
}  // namespace tessera::io
