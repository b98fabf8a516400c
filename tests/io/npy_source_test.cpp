#include "tessera/io/npy_source.hpp"

#include <cstdlib>
#include <filesystem>

#include "tessera/matrix/partition.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "npy_fixture.hpp"

namespace tessera::io {
namespace {

using testing::all_grid_shapes;
using testing::entry;
using testing::expect_agreed_error;
using testing::npy_header;
using testing::npy_matrix;
using testing::on_process_0;
using testing::temporary_folder;
using testing::test_world;
using testing::write_file;

constexpr const char* kDescrs[] = {"|i1", "|u1", "<i2", ">i2", "<i4", ">i4", "<i8",
                                   ">i8", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8",
                                   "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"};

/// The blocks of a matrix on a process grid.
std::vector<Rectangle> blocks(const mpi::GridShape& shape, Rectangle whole) {
  const Partition rows = Partition::even(whole.rows.size(), shape.rows);
  const Partition columns = Partition::even(whole.columns.size(), shape.columns);
  const auto moved = [](Range range, Index by) { return Range{range.begin + by, range.end + by}; };
  std::vector<Rectangle> result;
  for (int i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < shape.columns; ++j) {
      result.push_back(
          {moved(rows.part(i), whole.rows.begin), moved(columns.part(j), whole.columns.begin)});
    }
  }
  return result;
}

template <class Real>
void expect_entries(const Matrix<Real>& actual, const Rectangle& own) {
  ASSERT_EQ(actual.rows(), own.rows.size());
  ASSERT_EQ(actual.columns(), own.columns.size());
  for (Index i = 0; i < actual.rows(); ++i) {
    for (Index j = 0; j < actual.columns(); ++j) {
      ASSERT_EQ(actual(i, j), entry(own.rows.begin + i, own.columns.begin + j))
          << "row " << own.rows.begin + i << ", column " << own.columns.begin + j;
    }
  }
}

void expect_read(const std::string& path, const std::vector<Rectangle>& wanted, Index piece_bytes) {
  const auto source = open_npy({path, ""}, test_world(), piece_bytes);
  const Rectangle& own = wanted[static_cast<std::size_t>(test_world().rank())];
  expect_entries(source->read_float32(test_world(), wanted), own);
  expect_entries(source->read_float64(test_world(), wanted), own);
}

TEST(NpySource, ReadsEveryTypeAndOrderIntoBlocksOfEveryGrid) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "matrix.npy";
  for (const char* descr : kDescrs) {
    for (const bool fortran_order : {false, true}) {
      SCOPED_TRACE(::testing::Message() << descr << " fortran_order " << fortran_order);
      on_process_0(test_world(),
                   [&] { write_file(path, npy_matrix(descr, fortran_order, 13, 7, entry)); });
      for (const auto shape : all_grid_shapes(test_world().size())) {
        expect_read(path, blocks(shape, {{0, 13}, {0, 7}}), kNpyPieceBytes);
      }
      test_world().barrier();  // before the file is replaced
    }
  }
}

TEST(NpySource, ReadsSelectionsInPiecesOfAnySize) {
  const auto folder = temporary_folder(test_world());
  for (const bool fortran_order : {false, true}) {
    const std::string path = folder.path() / (fortran_order ? "fortran.npy" : "c.npy");
    on_process_0(test_world(),
                 [&] { write_file(path, npy_matrix("<i2", fortran_order, 150, 90, entry)); });
    for (const Index piece_bytes : {1, 7, 100, 1000, 5000}) {
      for (const auto shape : all_grid_shapes(test_world().size())) {
        SCOPED_TRACE(::testing::Message() << "pieces of " << piece_bytes << " bytes, grid "
                                          << shape.rows << "x" << shape.columns);
        expect_read(path, blocks(shape, {{0, 150}, {0, 90}}), piece_bytes);
        expect_read(path, blocks(shape, {{17, 149}, {0, 90}}), piece_bytes);
        expect_read(path, blocks(shape, {{0, 150}, {5, 8}}), piece_bytes);
        expect_read(path, blocks(shape, {{149, 150}, {89, 90}}), piece_bytes);
        expect_read(path, blocks(shape, {{20, 20}, {0, 90}}), piece_bytes);
      }
    }
  }
}

TEST(NpySource, DescribesTheFile) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "matrix.npy";
  on_process_0(test_world(), [&] { write_file(path, npy_matrix(">f8", true, 3, 5, entry)); });
  const auto source = open_npy({path, ""}, test_world());
  const MatrixDescription& about = source->description();
  EXPECT_EQ(about.path, path);
  EXPECT_EQ(about.format, "NumPy");
  EXPECT_EQ(about.value_type, "big-endian float64");
  EXPECT_EQ(about.storage, "Fortran order");
  EXPECT_EQ(about.rows, 3);
  EXPECT_EQ(about.columns, 5);
  EXPECT_TRUE(about.exceeds_float32);
}

struct BrokenFile {
  const char* name;
  std::string content;
  ExitCode code;
  std::vector<std::string> words;
};

std::vector<BrokenFile> broken_files() {
  const std::string good = npy_matrix("<f4", false, 3, 4, entry);
  constexpr ExitCode kInput = ExitCode::input;
  return {
      {"empty", "", kInput, {"not a NumPy .npy file"}},
      {"text", "1,2,3\n4,5,6\n", kInput, {"not a NumPy .npy file"}},
      {"cut in the header", good.substr(0, 60), kInput, {"ends within it"}},
      {"no data", npy_header("<f4", "(3, 4)"), kInput, {"truncated", "3x4", "float32"}},
      {"a byte too few", good.substr(0, good.size() - 1), kInput, {"truncated", "176", "175"}},
      {"a byte too many", good + "x", kInput, {"followed by something else", "176", "177"}},
      {"two arrays", good + good, kInput, {"followed by something else"}},
      {"a terabyte of nothing", npy_header("<f4", "(1000000, 1000000)"), kInput, {"truncated"}},
      {"beyond 63 bits", npy_header("<f8", "(4611686018427387904, 4)"), kInput, {"64-bit sizes"}},
      {"vector", npy_header("<f4", "(12,)"), kInput, {"1 dimension (12)", "reshape"}},
      {"cube", npy_header("<f4", "(2, 2, 3)"), kInput, {"3 dimensions (2x2x3)", "reshape"}},
      {"scalar", npy_header("<f4", "()"), kInput, {"0 dimensions"}},
      {"no rows", npy_header("<f4", "(0, 4)"), kInput, {"empty (0x4)"}},
      {"no columns", npy_header("<f4", "(4, 0)"), kInput, {"empty (4x0)"}},
      {"bool", npy_header("|b1", "(3, 4)"), kInput, {"bool", "astype(np.float32)"}},
      {"complex", npy_header("<c8", "(3, 4)"), kInput, {"complex", "astype(np.float32)"}},
      {"object", npy_header("|O", "(3, 4)"), kInput, {"Python object", "astype(np.float32)"}},
      {"text elements", npy_header("<U5", "(3, 4)"), kInput, {"text"}},
      {"long double", npy_header("<f16", "(3, 4)"), kInput, {"unusual size"}},
      {"negative shape", npy_header("<f4", "(-3, 4)"), kInput, {"'-3' is not a dimension"}},
      {"version 4", npy_header("<f4", "(3, 4)", false, 4), kInput, {"version 4.0", "np.save"}},
  };
}

TEST(NpySource, RefusesBrokenFilesOnAllProcessesAlike) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "broken.npy";
  for (const BrokenFile& broken : broken_files()) {
    SCOPED_TRACE(broken.name);
    on_process_0(test_world(), [&] { write_file(path, broken.content); });
    std::vector<std::string> words = broken.words;
    words.push_back(path);
    expect_agreed_error(broken.code, words, [&] {
      static_cast<void>(open_npy({path, ""}, test_world()));
    });
  }
}

TEST(NpySource, RefusesWhatIsNoFileOrHasNoDatasets) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "matrix.npy";
  const auto open = [&](const InputOptions& input) {
    return [input] { static_cast<void>(open_npy(input, test_world())); };
  };
  expect_agreed_error(ExitCode::io, {path, "No such file"}, open({path, ""}));
  expect_agreed_error(ExitCode::io, {"not a regular file"}, open({folder.path(), ""}));
  on_process_0(test_world(), [&] { write_file(path, npy_matrix("<f4", false, 3, 4, entry)); });
  expect_agreed_error(ExitCode::usage, {path, "--dataset"}, open({path, "/X"}));
}

TEST(NpySource, NoticesAFileThatShrinksAfterItWasOpened) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "matrix.npy";
  on_process_0(test_world(), [&] { write_file(path, npy_matrix("<f4", false, 30, 4, entry)); });
  const auto source = open_npy({path, ""}, test_world());
  on_process_0(test_world(), [&] { std::filesystem::resize_file(path, 200); });
  const auto wanted = blocks({test_world().size(), 1}, {{0, 30}, {0, 4}});
  expect_agreed_error(ExitCode::io, {path, "ends at byte 200"},
                      [&] { static_cast<void>(source->read_float32(test_world(), wanted)); });
}

/// A file of the real data sets, which lie outside the repository.
struct RealFile {
  const char* name;
  const char* value_type;
  const char* storage;
  Index rows, columns;
  double row_moment;     ///< Σ (1 + i)·a_ij, as NumPy computes it in double
  double column_moment;  ///< Σ (1 + j)·a_ij
};

constexpr RealFile kRealFiles[] = {
    {"faces/olivetti.npy", "uint8", "C order", 400, 4096, 42067004833.0, 435572207746.0},
    {"faces/cbcl.npy", "float32", "Fortran order", 2429, 361, 497948782.65234375,
     79630936.99609375},
    {"spectra/raman_W.npy", "float64", "Fortran order", 2478, 5, 6072261434.038631,
     10681300.29480177},
    {"audio/piano_mary_spectrogram.npy", "float32", "C order", 586, 129, 7259620.760193893,
     396272.5357902644},
};

class NpyRealFile : public ::testing::TestWithParam<RealFile> {};

TEST_P(NpyRealFile, HoldsWhatNumPyReads) {
  const RealFile& expected = GetParam();
  const char* data = std::getenv("TESSERA_DATA");
  const std::filesystem::path folder =
      data != nullptr ? data : TESSERA_SOURCE_DIR "/../shared/data";
  const std::string path = folder / expected.name;
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is absent";
  }
  const auto source = open_npy({path, ""}, test_world());
  EXPECT_EQ(source->description().value_type, expected.value_type);
  EXPECT_EQ(source->description().storage, expected.storage);
  EXPECT_EQ(source->description().rows, expected.rows);
  EXPECT_EQ(source->description().columns, expected.columns);
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const auto wanted = blocks(shape, {{0, expected.rows}, {0, expected.columns}});
    const auto entries = source->read_float64(test_world(), wanted);
    const Rectangle& own = wanted[static_cast<std::size_t>(test_world().rank())];
    double row_moment = 0;
    double column_moment = 0;
    for (Index i = 0; i < entries.rows(); ++i) {
      for (Index j = 0; j < entries.columns(); ++j) {
        row_moment += static_cast<double>(1 + own.rows.begin + i) * entries(i, j);
        column_moment += static_cast<double>(1 + own.columns.begin + j) * entries(i, j);
      }
    }
    constexpr double kRounding = 1e-10;  // of up to 1.6 million positive terms
    EXPECT_NEAR(test_world().sum(row_moment), expected.row_moment, kRounding * expected.row_moment);
    EXPECT_NEAR(test_world().sum(column_moment), expected.column_moment,
                kRounding * expected.column_moment);
  }
}

INSTANTIATE_TEST_SUITE_P(All, NpyRealFile, ::testing::ValuesIn(kRealFiles));

}  // namespace
}  // namespace tessera::io
