#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/matrix_source.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "read_matrix.hpp"

/// Which dataset is opened, and what is refused with which words.
namespace tessera::io {
namespace {

using testing::add_dataset;
using testing::create_file;
using testing::expect_agreed_error;
using testing::Layout;
using testing::make_file;
using testing::on_process_0;
using testing::temporary_folder;
using testing::test_world;
using testing::TestDataset;

std::string opened_dataset(const std::string& path, const std::string& dataset = "") {
  return open_matrix({path, dataset}, test_world())->description().dataset;
}

void expect_refused(ExitCode code, const std::string& path, const std::string& dataset,
                    std::vector<std::string> parts) {
  parts.push_back(path);
  expect_agreed_error(code, parts, [&] {
    static_cast<void>(open_matrix({path, dataset}, test_world()));
  });
}

/// A file with one 1-D, two 2-D and one 3-D dataset, none of them /X.
void make_mixed_file(const std::string& path) {
  const hdf5::File file = create_file(path);
  const hdf5::Group group(H5Gcreate2(file, "/deep", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                          "H5Gcreate2");
  add_dataset(file, {"/line", {7}, H5T_IEEE_F32LE, Layout::contiguous, {}});
  add_dataset(file, {"/cube", {2, 3, 4}, H5T_IEEE_F32LE, Layout::contiguous, {}});
  add_dataset(file, {"/first", {3, 4}, H5T_IEEE_F32LE, Layout::contiguous, {}});
  add_dataset(file, {"/deep/second", {5, 6}, H5T_IEEE_F32LE, Layout::contiguous, {}});
}

TEST(OpenMatrix, TakesTheDatasetAskedForElseXElseTheOnlyMatrix) {
  const auto folder = temporary_folder(test_world());
  const std::string mixed = folder.path() / "mixed.h5";
  on_process_0(test_world(), [&] { make_mixed_file(mixed); });
  EXPECT_EQ(opened_dataset(mixed, "/deep/second"), "/deep/second");

  const std::string with_x = folder.path() / "x.h5";
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(with_x);
    add_dataset(file, {"/A", {3, 4}, H5T_IEEE_F32LE, Layout::contiguous, {}});
    add_dataset(file, {"/X", {3, 4}, H5T_IEEE_F32LE, Layout::contiguous, {}});
  });
  EXPECT_EQ(opened_dataset(with_x), "/X");

  const std::string single = folder.path() / "single.h5";
  make_file(test_world(), single, {"/only", {3, 4}, H5T_IEEE_F32LE, Layout::contiguous, {}});
  EXPECT_EQ(opened_dataset(single), "/only");
}

TEST(OpenMatrix, ListsTheMatricesOfAFileThatLacksTheOneWanted) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "mixed.h5";
  on_process_0(test_world(), [&] { make_mixed_file(path); });
  const std::vector<std::string> parts = {"/first (3x4)", "/deep/second (5x6)", "--dataset"};
  expect_refused(ExitCode::input, path, "", parts);
  expect_refused(ExitCode::input, path, "/absent", parts);
  expect_refused(ExitCode::input, path, "/absent/deeper", parts);
  expect_refused(ExitCode::input, path, "/deep", parts);
}

TEST(OpenMatrix, RefusesWhatIsNotTwoDimensional) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "mixed.h5";
  on_process_0(test_world(), [&] { make_mixed_file(path); });
  expect_refused(ExitCode::input, path, "/line", {"/line", "1 dimension (7)"});
  expect_refused(ExitCode::input, path, "/cube", {"/cube", "3 dimensions (2x3x4)"});
}

TEST(OpenMatrix, RefusesAnEmptyMatrixAndOneNeverWritten) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "empty.h5";
  for (const auto& [m, n] : {std::array<hsize_t, 2>{0, 5}, std::array<hsize_t, 2>{5, 0}}) {
    make_file(test_world(), path, {"/X", {m, n}, H5T_IEEE_F32LE, Layout::contiguous, {}});
    expect_refused(ExitCode::input, path, "",
                   {"empty (" + std::to_string(m) + "x" + std::to_string(n) + ")"});
  }
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(path);
    const std::array<hsize_t, 2> shape = {5, 6};
    const hdf5::Dataspace space(H5Screate_simple(2, shape.data(), nullptr), "H5Screate_simple");
    const hdf5::Dataset dataset(
        H5Dcreate2(file, "/X", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        "H5Dcreate2");
  });
  expect_refused(ExitCode::input, path, "", {"/X", "no value was ever written"});
}

void make_file_of_type(const std::string& path, hid_t type) {
  const hdf5::File file = create_file(path);
  const std::array<hsize_t, 2> shape = {3, 4};
  const hdf5::Dataspace space(H5Screate_simple(2, shape.data(), nullptr), "H5Screate_simple");
  const hdf5::Dataset dataset(
      H5Dcreate2(file, "/X", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "H5Dcreate2");
}

TEST(OpenMatrix, RefusesEntriesThatAreNotNumbersByTheirType) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "type.h5";
  on_process_0(test_world(), [&] { make_file_of_type(path, H5T_C_S1); });
  expect_refused(ExitCode::input, path, "", {"/X", "string"});

  on_process_0(test_world(), [&] {
    const hdf5::Datatype pair(H5Tcreate(H5T_COMPOUND, 8), "H5Tcreate");
    hdf5::check(H5Tinsert(pair, "a", 0, H5T_STD_I32LE), "H5Tinsert");
    make_file_of_type(path, pair);
  });
  expect_refused(ExitCode::input, path, "", {"/X", "compound"});

  on_process_0(test_world(), [&] {
    const hdf5::Datatype boolean(H5Tenum_create(H5T_STD_I8LE), "H5Tenum_create");
    const std::int8_t yes = 1;
    hdf5::check(H5Tenum_insert(boolean, "TRUE", &yes), "H5Tenum_insert");
    make_file_of_type(path, boolean);
  });
  expect_refused(ExitCode::input, path, "", {"/X", "enumeration"});
}

TEST(OpenMatrix, NeverReachesIntoOtherFiles) {
  const auto folder = temporary_folder(test_world());
  const std::string other = folder.path() / "other.h5";
  make_file(test_world(), other, {"/X", {3, 4}, H5T_IEEE_F32LE, Layout::contiguous, {}});
  const std::string path = folder.path() / "linked.h5";
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(path);
    hdf5::check(H5Lcreate_external(other.c_str(), "/X", file, "/X", H5P_DEFAULT, H5P_DEFAULT),
                "H5Lcreate_external");
  });
  expect_refused(ExitCode::input, path, "", {"/X", "external link", "--allow-external"});

  const std::string external = folder.path() / "external.h5";
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(external);
    const std::array<hsize_t, 2> shape = {3, 4};
    const hdf5::Dataspace space(H5Screate_simple(2, shape.data(), nullptr), "H5Screate_simple");
    const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
    hdf5::check(H5Pset_external(creation, "/etc/passwd", 0, 48), "H5Pset_external");
    const hdf5::Dataset dataset(
        H5Dcreate2(file, "/X", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT),
        "H5Dcreate2");
  });
  expect_refused(ExitCode::input, external, "", {"/X", "other files"});

  const std::string virtual_file = folder.path() / "virtual.h5";
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(virtual_file);
    const std::array<hsize_t, 2> shape = {3, 4};
    const hdf5::Dataspace space(H5Screate_simple(2, shape.data(), nullptr), "H5Screate_simple");
    const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
    hdf5::check(H5Pset_virtual(creation, space, other.c_str(), "/X", space), "H5Pset_virtual");
    const hdf5::Dataset dataset(
        H5Dcreate2(file, "/X", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT),
        "H5Dcreate2");
  });
  expect_refused(ExitCode::input, virtual_file, "", {"/X", "other files"});
}

/// Lets files name others as long as it lives.
class AllowExternal {
 public:
  AllowExternal() { hdf5::set_external(hdf5::External::allowed); }
  ~AllowExternal() { hdf5::set_external(hdf5::External::refused); }
  AllowExternal(const AllowExternal&) = delete;
  AllowExternal& operator=(const AllowExternal&) = delete;
};

TEST(OpenMatrix, FollowsASoftLinkButNotThroughAnotherFile) {
  const auto folder = temporary_folder(test_world());
  const std::string other = folder.path() / "other.h5";
  make_file(test_world(), other, {"/X", {3, 4}, H5T_IEEE_F32LE, Layout::contiguous, {}});
  const std::string path = folder.path() / "linked.h5";
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(path);
    add_dataset(file, {"/own", {5, 6}, H5T_IEEE_F32LE, Layout::contiguous, {}});
    hdf5::check(H5Lcreate_soft("/own", file, "/inside", H5P_DEFAULT, H5P_DEFAULT),
                "H5Lcreate_soft");
    hdf5::check(H5Lcreate_external(other.c_str(), "/", file, "/door", H5P_DEFAULT, H5P_DEFAULT),
                "H5Lcreate_external");
    hdf5::check(H5Lcreate_soft("/door/X", file, "/outside", H5P_DEFAULT, H5P_DEFAULT),
                "H5Lcreate_soft");
  });
  EXPECT_EQ(open_matrix({path, "/inside"}, test_world())->description().rows, 5);
  for (const char* way : {"/outside", "/door/X"}) {
    expect_refused(ExitCode::input, path, way, {way, "external link", "--allow-external"});
    const AllowExternal allow;
    EXPECT_EQ(open_matrix({path, way}, test_world())->description().rows, 3);
  }
}

TEST(OpenMatrix, SaysWhyAFileCannotBeOpened) {
  const auto folder = temporary_folder(test_world());
  expect_refused(ExitCode::io, folder.path() / "absent.h5", "", {"No such file or directory"});
  expect_refused(ExitCode::io, folder.path(), "", {"not a regular file"});
}

TEST(OpenMatrix, SaysWhatAFileOfNoKnownFormatLooksLike) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "other";
  const std::vector<std::pair<std::string, std::string>> contents = {
      {"", "it is empty"},
      {"Once upon a time there was a matrix.\n", "looks like text"},
      {"\x89PNG\r\n", "PNG image"},
      {"BZh91AY", "bzip2"},
      {std::string("\x1f\x8b\x08\x00", 4), "gzip"},
      {std::string("\x00\x01\x02", 3), "not known"}};
  for (const auto& [content, words] : contents) {
    on_process_0(test_world(), [&] { std::ofstream(path, std::ios::binary) << content; });
    expect_refused(ExitCode::input, path, "", {"none of the formats", words});
  }
}

TEST(OpenMatrix, NoticesATruncatedFile) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "truncated.h5";
  make_file(test_world(), path, {"/X", {50, 60}, H5T_IEEE_F32LE, Layout::contiguous, {}});
  on_process_0(test_world(), [&] {
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1000);
  });
  expect_refused(ExitCode::io, path, "", {"truncated"});
}

TEST(OpenMatrix, AFileThatVanishesBeforeReadingIsOneErrorEverywhere) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "vanishing.h5";
  for (const Layout layout : {Layout::contiguous, Layout::chunked}) {
    make_file(test_world(), path, {"/X", {6, 6}, H5T_IEEE_F32LE, layout, {2, 2}});
    const auto source = open_matrix({path, ""}, test_world());
    on_process_0(test_world(), [&] { std::filesystem::remove(path); });
    const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
    expect_agreed_error(ExitCode::io, {path, "No such file"},
                        [&] { static_cast<void>(testing::read_matrix<float>(*source, grid)); });
  }
}

}  // namespace
}  // namespace tessera::io
