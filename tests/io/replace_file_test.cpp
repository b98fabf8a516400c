#include "tessera/io/replace_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tessera/core/error.hpp"

namespace tessera::io {
namespace {

namespace fs = std::filesystem;

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(lstat(path.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

class ReplaceFile : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_ =
      fs::temp_directory_path() / fmt::format("tessera_replace_file_test_{}", ::getpid());
};

TEST_F(ReplaceFile, RefusesWhatSomebodyHasPutAtTheTemporaryName) {
  const fs::path precious = folder_ / "precious";
  std::ofstream(precious) << "precious";
  const fs::path temporary = folder_ / "temporary";
  fs::create_symlink(precious, temporary);
  EXPECT_THROW(static_cast<void>(create_temporary(temporary)), IoError);

  fs::remove(temporary);
  fs::create_symlink(folder_ / "absent", temporary);
  EXPECT_THROW(static_cast<void>(create_temporary(temporary)), IoError);
  EXPECT_FALSE(fs::exists(folder_ / "absent"));

  fs::remove(temporary);
  fs::copy_file(precious, temporary);
  EXPECT_THROW(static_cast<void>(create_temporary(temporary)), IoError);
}

TEST_F(ReplaceFile, IsItsOwnersAloneUntilItIsComplete) {
  constexpr mode_t kGroupReads = 0027;
  const mode_t before = umask(kGroupReads);
  const std::string path = folder_ / "result";
  const std::string temporary = temporary_name(path);
  static_cast<void>(create_temporary(temporary));
  EXPECT_EQ(mode_of(temporary), 0600U);

  commit_file(temporary, path);

  umask(before);
  EXPECT_EQ(mode_of(path), 0640U);
}

TEST_F(ReplaceFile, DoesNotCommitALink) {
  const fs::path precious = folder_ / "precious";
  std::ofstream(precious) << "precious";
  fs::permissions(precious, fs::perms::owner_read);
  const fs::path temporary = folder_ / "temporary";
  fs::create_symlink(precious, temporary);
  EXPECT_THROW(commit_file(temporary, folder_ / "result"), IoError);
  EXPECT_EQ(mode_of(precious), 0400U);
}

}  // namespace
}  // namespace tessera::io
