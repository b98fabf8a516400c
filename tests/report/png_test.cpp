#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <png.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/report/picture.hpp"

namespace tessera::report {
namespace {

namespace fs = std::filesystem;

/// A folder of this test's own, removed at the end.
class Png : public ::testing::Test {
 protected:
  Png() { fs::create_directories(folder_); }
  ~Png() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] std::size_t file_count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("tessera_png_test_" + std::to_string(::getpid()));
};

Picture gradient(Index height, Index width, Index channels = 1) {
  Picture image(height, width, 0, channels);
  for (std::size_t i = 0; i < image.values.size(); ++i) {
    image.values[i] = static_cast<std::uint8_t>(i * 7 % 256);
  }
  return image;
}

Picture read_png(const std::string& path) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_file(&header, path.c_str()), 0) << header.message;
  EXPECT_EQ(header.format & PNG_FORMAT_FLAG_ALPHA, 0U);
  const bool is_grey = (header.format & PNG_FORMAT_FLAG_COLOR) == 0;
  header.format = is_grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  Picture image(header.height, header.width, 0, is_grey ? 1 : 3);
  EXPECT_NE(png_image_finish_read(&header, nullptr, image.values.data(), 0, nullptr), 0);
  return image;
}

TEST_F(Png, IsReadBackPixelByPixel) {
  for (const auto& [height, width] : {std::pair{1, 1}, {3, 5}, {129, 257}}) {
    for (const Index channels : {1, 3}) {
      const Picture image = gradient(height, width, channels);
      write_png(path("image.png"), image);
      const Picture back = read_png(path("image.png"));
      EXPECT_EQ(back.height, height);
      EXPECT_EQ(back.width, width);
      EXPECT_EQ(back.channels, channels);
      EXPECT_EQ(back.values, image.values);
    }
  }
}

TEST_F(Png, LeavesNothingElseInTheFolder) {
  write_png(path("image.png"), gradient(4, 4));
  write_png(path("image.png"), gradient(5, 5));
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(Png, ReplacesTheTargetOfASymbolicLink) {
  write_png(path("target.png"), gradient(4, 4));
  fs::create_symlink(path("target.png"), path("link.png"));
  write_png(path("link.png"), gradient(5, 5));
  EXPECT_TRUE(fs::is_symlink(path("link.png")));
  EXPECT_EQ(read_png(path("target.png")).height, 5);
}

TEST_F(Png, NamesTheFileAndTheReasonWhenItCannotBeWritten) {
  const std::string missing = path("no/such/folder.png");
  try {
    write_png(missing, gradient(2, 2));
    FAIL() << "a missing folder was accepted";
  } catch (const IoError& error) {
    const std::string message = error.what();
    EXPECT_TRUE(message.starts_with("cannot write '" + missing + "': ")) << message;
    EXPECT_TRUE(message.ends_with(": No such file or directory")) << message;
  }
}

TEST_F(Png, RefusesAFullDeviceAndAFolder) {
  EXPECT_THROW(write_png("/dev/full", gradient(2, 2)), IoError);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
  EXPECT_THROW(write_png(path("."), gradient(2, 2)), IoError);
}

TEST_F(Png, RefusesAnEmptyImage) {
  EXPECT_THROW(write_png(path("image.png"), Picture()), IoError);
  EXPECT_EQ(file_count(), 0U);
}

}  // namespace
}  // namespace tessera::report
