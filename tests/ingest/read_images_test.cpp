#include "tessera/ingest/read_images.hpp"

#include <fstream>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"

#include "mpi_test.hpp"
#include "picture_files.hpp"

/// Folders and lists of pictures, on any number of processes.
namespace tessera::ingest {
namespace {

using testing::temporary_folder;
using testing::test_world;

void write(const std::filesystem::path& path, const std::string& content) {
  mpi::on_root(test_world(), [&] {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  });
}

/// A picture of one pixel per value.
std::string grey(const std::vector<int>& values) {
  std::string text = "P2 " + std::to_string(values.size()) + " 1 100\n";
  for (const int value : values) {
    text += std::to_string(value) + " ";
  }
  return text;
}

template <class Step>
void expect_agreed(ExitCode code, const std::vector<std::string>& parts, Step&& step) {
  try {
    step();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const mpi::AgreedError& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    for (const std::string& part : parts) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }
}

TEST(ListImages, SortsAFolderByBytesAndLeavesOthersOut) {
  const auto folder = temporary_folder(test_world());
  for (const char* name :
       {"b.PNG", "a/2.pgm", "a/10.pgm", "Z.jpeg", "a.ppm", "notes.txt", "a/png"}) {
    write(folder.path() / name, "x");
  }
  const auto list = list_images(folder.path(), test_world());
  EXPECT_EQ(list.names,
            (std::vector<std::string>{"Z.jpeg", "a.ppm", "a/10.pgm", "a/2.pgm", "b.PNG"}));
  EXPECT_EQ(list.left_out, 2);
  EXPECT_EQ(list.path(2), folder.path() / "a/10.pgm");
}

TEST(FolderLabels, AreSortedCategories) {
  const auto labels = folder_labels({"1", "b/c/2", "a/3", "b/c/4"});
  EXPECT_EQ(labels.name, "label");
  EXPECT_EQ(labels.categories, (std::vector<std::string>{"a", "b/c"}));
  EXPECT_EQ(labels.codes, (std::vector<std::int32_t>{-1, 1, 0, 1}));
  EXPECT_TRUE(folder_labels({"1", "2"}).empty());
}

TEST(ListImages, KeepsTheOrderOfAListAndReadsBesideIt) {
  const auto folder = temporary_folder(test_world());
  write(folder.path() / "sub/list.txt", "./b.pgm\r\n\nx/a.pgm\n/abs.pgm");
  const auto list = list_images(folder.path() / "sub/list.txt", test_world());
  EXPECT_EQ(list.names, (std::vector<std::string>{"b.pgm", "x/a.pgm", "/abs.pgm"}));
  EXPECT_EQ(list.path(1), folder.path() / "sub/x/a.pgm");
  EXPECT_EQ(list.path(2), "/abs.pgm");
}

TEST(ListImages, RefusesWhatNamesNone) {
  const auto folder = temporary_folder(test_world());
  write(folder.path() / "empty.txt", "\n \n");
  write(folder.path() / "binary.txt", std::string("a\0b", 3));
  const auto list = [&](const char* name) {
    return [&folder, name] { static_cast<void>(list_images(folder.path() / name, test_world())); };
  };
  expect_agreed(ExitCode::input, {"holds no picture"}, list("."));
  expect_agreed(ExitCode::input, {"empty.txt", "names no picture"}, list("empty.txt"));
  expect_agreed(ExitCode::input, {"binary.txt", "no text file"}, list("binary.txt"));
  expect_agreed(ExitCode::io, {"absent", "No such file"}, list("absent"));
}

TEST(ReadImages, GivesEveryProcessItsRows) {
  const auto folder = temporary_folder(test_world());
  for (const int count : {1, 2, 7}) {
    ImageList list{folder.path(), {}, 0};
    for (int image = 0; image < count; ++image) {
      list.names.push_back(std::to_string(image) + ".pgm");
      write(list.path(image), grey({image, 100 - image, 50}));
    }
    const auto images = read_images<double>(list, {}, test_world());
    EXPECT_EQ(images.size, (ImageSize{1, 3, 1}));
    EXPECT_EQ(test_world().sum(images.rows.size()), count);
    for (Index row = images.rows.begin; row < images.rows.end; ++row) {
      const Index own = row - images.rows.begin;
      EXPECT_NEAR(images.entries(own, 0), static_cast<double>(row) / 100, 1e-7);
      EXPECT_NEAR(images.entries(own, 1), 1 - static_cast<double>(row) / 100, 1e-7);
    }
  }
}

TEST(ReadImages, BringsAllToOneSizeAndColour) {
  const auto folder = temporary_folder(test_world());
  write(folder.path() / "a.pgm", grey({100, 100}));
  write(folder.path() / "b.ppm", "P3 1 1 1  1 0 1");
  const auto list = list_images(folder.path(), test_world());
  const auto images = read_images<float>(list, {ImageColor::rgb, ImageSize{2, 2, 1}}, test_world());
  EXPECT_EQ(images.size, (ImageSize{2, 2, 3}));
  for (Index row = images.rows.begin; row < images.rows.end; ++row) {
    for (Index column = 0; column < 12; ++column) {
      const float expected = row == 0 || column % 3 != 1 ? 1.0F : 0.0F;
      EXPECT_NEAR(images.entries(row - images.rows.begin, column), expected, 1e-6F);
    }
  }
}

TEST(ReadImages, NamesTheFirstTwoThatDiffer) {
  const auto folder = temporary_folder(test_world());
  for (int image = 0; image < 9; ++image) {
    const bool differs = image == 4 || image == 7;
    write(folder.path() / (std::to_string(image) + ".pgm"),
          grey(std::vector<int>(differs ? 2 : 3, 1)));
  }
  const auto list = list_images(folder.path(), test_world());
  expect_agreed(ExitCode::input, {"4.pgm' has 1x2", "0.pgm' has 1x3", "--resize"},
                [&] { static_cast<void>(read_images<float>(list, {}, test_world())); });
}

TEST(ReadImages, NamesTheFileThatIsBroken) {
  const auto folder = temporary_folder(test_world());
  for (const char* name : {"a.pgm", "b.pgm", "c.pgm", "d.pgm"}) {
    write(folder.path() / name, name[0] == 'c' ? "P5 3 1 255\nab" : grey({1, 2, 3}));
  }
  const auto list = list_images(folder.path(), test_world());
  expect_agreed(ExitCode::input, {"c.pgm", "cut short"},
                [&] { static_cast<void>(read_images<float>(list, {}, test_world())); });
}

TEST(ReadImages, RefusesSizesThatNoMemoryHolds) {
  const auto folder = temporary_folder(test_world());
  write(folder.path() / "a.pgm", grey({1}));
  const auto list = list_images(folder.path(), test_world());
  const ImageSettings settings{ImageColor::grey, ImageSize{1000000000, 1000000000, 1}};
  expect_agreed(ExitCode::input, {"1000000000x1000000000", "GiB"},
                [&] { static_cast<void>(read_images<float>(list, settings, test_world())); });
}

}  // namespace
}  // namespace tessera::ingest
