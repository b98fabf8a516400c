#include "tessera/io/factor_file.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <boost/crc.hpp>
#include <sys/resource.h>

#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/model_fields.hpp"
#include "tessera/io/parallel_file.hpp"
#include "tessera/matrix/partition.hpp"

#include "factor_fixture.hpp"
#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"

namespace tessera::io {
namespace {

using testing::all_grid_shapes;
using testing::expect_agreed_error;
using testing::on_process_0;
using testing::temporary_folder;
using testing::test_world;

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& item : std::filesystem::directory_iterator(folder)) {
    names.push_back(item.path().filename());
  }
  return names;
}

template <class Real>
class FactorFile : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(FactorFile, Reals);

TYPED_TEST(FactorFile, IsReadBackOnEveryOtherCutAndInEitherPrecision) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  for (const auto& [m, n] : {std::array<Index, 2>{13, 11}, std::array<Index, 2>{3, 29}}) {
    for (const mpi::GridShape written : all_grid_shapes(test_world().size())) {
      write_factor_file(path, make_factors<TypeParam>(m, n, written), make_info(), {},
                        test_world());
      const ModelInfo info = read_model_info(path, test_world());
      for (const mpi::GridShape read : all_grid_shapes(test_world().size())) {
        const Distribution cut(m, n, read.rows, read.columns);
        const int i = test_world().rank() / read.columns;
        const int j = test_world().rank() % read.columns;
        const auto narrow =
            read_factors<float>(path, info, cut.w_piece(i, j), cut.h_piece(i, j), test_world());
        expect_factor(0, narrow.w);
        expect_factor(1, narrow.h);
        EXPECT_EQ(narrow.w.global_rows, m);
        EXPECT_EQ(narrow.h.global_rows, n);
        const auto wide =
            read_factors<double>(path, info, cut.w_piece(i, j), cut.h_piece(i, j), test_world());
        expect_factor(0, wide.w);
        expect_factor(1, wide.h);
      }
    }
  }
}

TYPED_TEST(FactorFile, StoresEveryFieldAndTheShapeOfTheFactors) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  ModelInfo expected = make_info();
  write_factor_file(path, make_factors<TypeParam>(13, 11, {test_world().size(), 1}), expected, {},
                    test_world());
  expected.rows = 13;
  expected.columns = 11;
  expected.rank = kRank;
  expected.precision = sizeof(TypeParam) == 4 ? Precision::float32 : Precision::float64;

  const ModelInfo info = read_model_info(path, test_world());
  for_each_field(expected, [&](const std::string& name, const auto& value) {
    for_each_field(info, [&](const std::string& other, const auto& found) {
      if constexpr (std::is_same_v<decltype(value), decltype(found)>) {
        if (name == other) {
          EXPECT_EQ(found, value) << name;
        }
      }
    });
  });
  ASSERT_EQ(info.history.size(), 2U);
  EXPECT_EQ(info.history[1].iteration, 2);
  EXPECT_EQ(info.history[1].seconds, 1.0);
  EXPECT_EQ(info.history[1].loss, 2);
  EXPECT_EQ(info.history[1].relative_error, 0.2);
  EXPECT_EQ(info.history[1].kkt_residual, 1e-3);
  EXPECT_TRUE(std::isnan(info.history[0].kkt_residual));
  ASSERT_EQ(info.phases.size(), 2U);
  EXPECT_EQ(info.phases[0].phase, "reduce_scatter");
  EXPECT_EQ(info.phases[0].min_seconds, 0.25);
  EXPECT_EQ(info.phases[0].mean_seconds, 0.5);
  EXPECT_EQ(info.phases[0].max_seconds, 1);
  EXPECT_EQ(info.phases[1].phase, "update");
}

TEST(FactorFilePhases, MayBeAbsentButNotBeyondReason) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  write_factor_file(path, make_factors<float>(13, 11, {1, test_world().size()}), make_info(), {},
                    test_world());
  on_process_0(test_world(), [&] {
    const hdf5::File file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), "H5Fopen");
    hdf5::check(H5Ldelete(file, "/phases", H5P_DEFAULT), "H5Ldelete");
  });
  EXPECT_TRUE(read_model_info(path, test_world()).phases.empty());
  on_process_0(test_world(), [&] {
    const hdf5::File file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), "H5Fopen");
    const hsize_t rows = hsize_t{1} << 40;
    const hdf5::Dataspace space(H5Screate_simple(1, &rows, nullptr), "H5Screate_simple");
    const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
    const hsize_t chunk = 1;
    hdf5::check(H5Pset_chunk(creation, 1, &chunk), "H5Pset_chunk");
    const hdf5::Dataset table(
        H5Dcreate2(file, "/phases", H5T_IEEE_F64LE, space, H5P_DEFAULT, creation, H5P_DEFAULT),
        "H5Dcreate2");
  });
  expect_agreed_error(ExitCode::input, {path, "/phases", "damaged"},
                      [&] { static_cast<void>(read_model_info(path, test_world())); });
}

TEST(FactorFileChecksum, IsTheDocumentedSumOverGlobalRows) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  write_factor_file(path, make_factors<float>(13, 11, {1, test_world().size()}), make_info(), {},
                    test_world());
  std::uint64_t expected = 0;
  for (std::uint64_t row = 0; row < 11; ++row) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_bytes(&row, sizeof row);
    for (Index component = 0; component < kRank; ++component) {
      const auto value = coefficient<float>(1, static_cast<Index>(row), component);
      crc.process_bytes(&value, sizeof value);
    }
    expected += crc.checksum();
  }
  const hdf5::File file = hdf5::open_serial(path);
  const hdf5::Dataset h(H5Dopen2(file, "/H", H5P_DEFAULT), "H5Dopen2");
  EXPECT_EQ(hdf5::read_number_attribute<std::uint64_t>(h, "checksum_crc32c_sum"), expected);
}

void flip_bit(const std::string& path, std::streamoff offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(offset);
  const auto byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(offset);
  file.put(byte);
}

/// Where the values of a contiguous dataset begin in the file.
std::streamoff offset_of(const std::string& path, const char* name) {
  const hdf5::File file = hdf5::open_serial(path);
  const hdf5::Dataset dataset(H5Dopen2(file, name, H5P_DEFAULT), "H5Dopen2");
  return static_cast<std::streamoff>(H5Dget_offset(dataset));
}

TEST(FactorFileChecksum, NoticesASingleFlippedBit) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  const auto factors = make_factors<float>(13, 11, {test_world().size(), 1});
  for (const char* name : {"/W", "/H"}) {
    write_factor_file(path, factors, make_info(), {}, test_world());
    on_process_0(test_world(), [&] { flip_bit(path, offset_of(path, name) + 37); });
    const ModelInfo info = read_model_info(path, test_world());
    expect_agreed_error(ExitCode::input, {path, name, "damaged", "checksum"}, [&] {
      static_cast<void>(
          read_factors<float>(path, info, factors.w.owned, factors.h.owned, test_world()));
    });
    const bool of_w = std::string_view(name) == "/W";
    expect_agreed_error(ExitCode::input, {path, name, "damaged", "checksum"}, [&] {
      scan_factor(
          of_w ? Side::w : Side::h, path, info, of_w ? factors.w.owned : factors.h.owned, 64,
          [](const Factor<double>&) {}, test_world());
    });
  }
}

TEST(FactorFileMark, TellsResultsFromOtherFiles) {
  const auto folder = temporary_folder(test_world());
  const std::string result = folder.path() / "result.h5";
  write_factor_file(result, make_factors<float>(13, 11, {1, test_world().size()}), make_info(), {},
                    test_world());
  const std::string matrix = folder.path() / "matrix.h5";
  testing::make_file(test_world(), matrix,
                     {"/X", {3, 4}, H5T_IEEE_F32LE, testing::Layout::contiguous, {}});
  const std::string absent = folder.path() / "absent.h5";
  EXPECT_TRUE(is_factor_file(result, test_world()));
  EXPECT_FALSE(is_factor_file(matrix, test_world()));
  EXPECT_FALSE(is_factor_file(absent, test_world()));

  const auto read = [](const std::string& path) {
    return [path] { static_cast<void>(read_model_info(path, test_world())); };
  };
  expect_agreed_error(ExitCode::input, {matrix, "not a result"}, read(matrix));
  expect_agreed_error(ExitCode::io, {absent, "No such file"}, read(absent));
}

TEST(FactorFileMark, RefusesMissingFieldsAndImpossibleShapes) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  const auto damage = [&](auto change) {
    write_factor_file(path, make_factors<float>(13, 11, {1, test_world().size()}), make_info(), {},
                      test_world());
    on_process_0(test_world(), [&] {
      change(hdf5::File(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), "H5Fopen"));
    });
  };
  const auto read = [&] { static_cast<void>(read_model_info(path, test_world())); };

  damage([](hid_t file) { hdf5::check(H5Adelete(file, "algorithm"), "H5Adelete"); });
  expect_agreed_error(ExitCode::input, {path, "'algorithm' is missing"}, read);
  damage([](hid_t file) {
    hdf5::check(H5Adelete(file, "rows"), "H5Adelete");
    hdf5::write_attribute(file, "rows", std::int64_t{14});
  });
  expect_agreed_error(ExitCode::input, {path, "/W", "14x3"}, read);
  damage([](hid_t file) {
    hdf5::check(H5Adelete(file, "format_version"), "H5Adelete");
    hdf5::write_attribute(file, "format_version", std::int64_t{2});
  });
  expect_agreed_error(ExitCode::input, {path, "version 2", "newer"}, read);
}

TEST(FactorFileWriting, LeavesNothingButTheResult) {
  const auto folder = temporary_folder(test_world());
  const auto factors = make_factors<float>(13, 11, {1, test_world().size()});
  for (int times = 0; times < 2; ++times) {
    write_factor_file(folder.path() / "result.h5", factors, make_info(), {}, test_world());
    EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"result.h5"});
    test_world().barrier();
  }
}

TEST(FactorFileWriting, IsOneErrorEverywhereWhereTheFolderDoesNotExist) {
  const auto folder = temporary_folder(test_world());
  const auto factors = make_factors<float>(13, 11, {1, test_world().size()});
  expect_agreed_error(ExitCode::io, {"absent", "No such file or directory"}, [&] {
    write_factor_file(folder.path() / "absent" / "result.h5", factors, make_info(), {},
                      test_world());
  });
}

TEST(FactorFileWriting, RemovesItsTemporaryFileWhereTheNameIsTakenByAFolder) {
  const auto folder = temporary_folder(test_world());
  const auto path = folder.path() / "result.h5";
  on_process_0(test_world(), [&] { std::filesystem::create_directory(path); });
  const auto factors = make_factors<float>(13, 11, {1, test_world().size()});
  expect_agreed_error(ExitCode::io, {"result.h5", "directory"},
                      [&] { write_factor_file(path, factors, make_info(), {}, test_world()); });
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"result.h5"});
}

/// Lets this process write only files up to this size, while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(FactorFileWriting, KeepsTheEarlierResultWhereOneProcessMayNotWriteSoMuch) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  const auto factors = make_factors<float>(13, 11, {1, test_world().size()});
  write_factor_file(path, factors, make_info(), {}, test_world());

  const int last = test_world().size() - 1;
  {
    const FileSizeLimit limit(test_world().rank() == last ? rlim_t{4096} : RLIM_INFINITY);
    expect_agreed_error(ExitCode::io, {path, "4096 bytes", "ulimit"},
                        [&] { write_factor_file(path, factors, make_info(), {}, test_world()); });
  }
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"result.h5"});
  const ModelInfo info = read_model_info(path, test_world());
  const auto kept = read_factors<float>(path, info, factors.w.owned, factors.h.owned, test_world());
  expect_factor(0, kept.w);
  expect_factor(1, kept.h);
}

}  // namespace
}  // namespace tessera::io
