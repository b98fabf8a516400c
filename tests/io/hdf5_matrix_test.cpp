#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_dense.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "read_matrix.hpp"

/// Reading dense HDF5 matrices: every entry arrives, whatever its type, storage and owner.
namespace tessera::io {
namespace {

using testing::all_grid_shapes;
using testing::entry;
using testing::Layout;
using testing::make_file;
using testing::read_matrix;
using testing::temporary_folder;
using testing::test_world;
using testing::TestDataset;

constexpr TransferLimits kSmall = {40, 100, 100};
constexpr TransferLimits kSmallest = {1, 1, 1};

template <class Real>
void expect_matrix(const MatrixSource& source, mpi::GridShape shape) {
  const mpi::ProcessGrid grid(test_world(), shape);
  const DataMatrix<Real> a = read_matrix<Real>(source, grid);
  EXPECT_EQ(a.m(), source.description().rows);
  EXPECT_EQ(a.n(), source.description().columns);
  const auto& block = std::get<DenseBlock<Real>>(a.block);
  EXPECT_EQ(block.rows(), a.distribution.row_block(grid.row()));
  EXPECT_EQ(block.columns(), a.distribution.column_block(grid.column()));
  for (Index i = 0; i < block.rows().size(); ++i) {
    for (Index j = 0; j < block.columns().size(); ++j) {
      const Index row = block.rows().begin + i;
      const Index column = block.columns().begin + j;
      EXPECT_EQ(block.entries()(i, j), static_cast<Real>(entry(row, column)))
          << "row " << row << ", column " << column << " on grid " << shape.to_string();
    }
  }
}

mpi::GridShape squarest() {
  const auto shapes = all_grid_shapes(test_world().size());
  return shapes[shapes.size() / 2];
}

TEST(Hdf5Matrix, TakesEveryIntegerAndFloatingPointType) {
  const auto folder = temporary_folder(test_world());
  const std::vector<std::pair<hid_t, std::string>> types = {{H5T_STD_I8LE, "int8"},
                                                            {H5T_STD_U8LE, "uint8"},
                                                            {H5T_STD_I16LE, "int16"},
                                                            {H5T_STD_U16LE, "uint16"},
                                                            {H5T_STD_I32LE, "int32"},
                                                            {H5T_STD_U32LE, "uint32"},
                                                            {H5T_STD_I64LE, "int64"},
                                                            {H5T_STD_U64LE, "uint64"},
                                                            {H5T_STD_I16BE, "big-endian int16"},
                                                            {H5T_STD_U32BE, "big-endian uint32"},
                                                            {H5T_STD_I64BE, "big-endian int64"},
                                                            {H5T_IEEE_F32LE, "float32"},
                                                            {H5T_IEEE_F64LE, "float64"},
                                                            {H5T_IEEE_F32BE, "big-endian float32"},
                                                            {H5T_IEEE_F64BE, "big-endian float64"}};
  for (const auto& [type, name] : types) {
    for (const Layout layout : {Layout::contiguous, Layout::gzip}) {
      const std::string path = folder.path() / "types.h5";
      make_file(test_world(), path, {"/X", {13, 11}, type, layout, {4, 5}});
      const auto source = open_hdf5_dense({path, ""}, test_world(), kSmall);
      EXPECT_EQ(source->description().value_type, name);
      expect_matrix<float>(*source, squarest());
      expect_matrix<double>(*source, squarest());
    }
  }
}

struct Storage {
  Layout layout;
  std::vector<hsize_t> chunk;
  std::string description;
};

std::vector<Storage> storages() {
  return {{Layout::contiguous, {}, "contiguous"},
          {Layout::compact, {}, "compact"},
          {Layout::chunked, {4, 5}, "chunked 4x5"},
          {Layout::chunked, {1, 1}, "chunked 1x1"},
          {Layout::gzip, {3, 2}, "chunked 3x2, shuffle, gzip"}};
}

class Hdf5MatrixShape : public ::testing::TestWithParam<std::array<hsize_t, 2>> {};

TEST_P(Hdf5MatrixShape, IsReadFromEveryStorageOnEveryGridInStepsOfAnySize) {
  const auto folder = temporary_folder(test_world());
  const auto [m, n] = GetParam();
  for (const Storage& storage : storages()) {
    std::vector<hsize_t> chunk = storage.chunk;
    if (!chunk.empty()) {
      chunk = {std::min(chunk[0], m), std::min(chunk[1], n)};
    }
    const std::string path = folder.path() / "storage.h5";
    make_file(test_world(), path, {"/X", {m, n}, H5T_IEEE_F32LE, storage.layout, chunk});
    for (const TransferLimits& limits : {TransferLimits{}, kSmall, kSmallest}) {
      const auto source = open_hdf5_dense({path, ""}, test_world(), limits);
      for (const mpi::GridShape shape : all_grid_shapes(test_world().size())) {
        expect_matrix<float>(*source, shape);
      }
    }
  }
}

// Fewer rows or columns than processes leave some blocks empty.
INSTANTIATE_TEST_SUITE_P(Shapes, Hdf5MatrixShape,
                         ::testing::Values(std::array<hsize_t, 2>{13, 11},
                                           std::array<hsize_t, 2>{2, 17},
                                           std::array<hsize_t, 2>{17, 2},
                                           std::array<hsize_t, 2>{1, 1}));

TEST(Hdf5Matrix, DescribesItsStorageTheSameOnEveryProcess) {
  const auto folder = temporary_folder(test_world());
  for (const Storage& storage : storages()) {
    const std::string path = folder.path() / "storage.h5";
    make_file(test_world(), path, {"/X", {13, 11}, H5T_IEEE_F32LE, storage.layout, storage.chunk});
    const auto source = open_matrix({path, ""}, test_world());
    EXPECT_EQ(source->description().path, path);
    EXPECT_EQ(source->description().dataset, "/X");
    EXPECT_EQ(source->description().storage, storage.description);
    EXPECT_EQ(source->description().rows, 13);
    EXPECT_EQ(source->description().columns, 11);
    EXPECT_FALSE(source->description().exceeds_float32);
  }
}

int decoded_chunks = 0;

std::size_t count_decoding(unsigned flags, std::size_t, const unsigned*, std::size_t bytes,
                           std::size_t*, void**) {
  decoded_chunks += (flags & H5Z_FLAG_REVERSE) != 0 ? 1 : 0;
  return bytes;
}

constexpr H5Z_filter_t kCountingFilter = 300;  // 256 to 511 are for tests

/// A file whose chunks of 4x5 pass through count_decoding().
void make_counted_file(const std::string& path) {
  const io::hdf5::File file = testing::create_file(path);
  const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
  const std::array<hsize_t, 2> chunk = {4, 5};
  const std::array<hsize_t, 2> shape = {13, 11};
  hdf5::check(H5Pset_chunk(creation, 2, chunk.data()), "H5Pset_chunk");
  hdf5::check(H5Pset_filter(creation, kCountingFilter, H5Z_FLAG_MANDATORY, 0, nullptr),
              "H5Pset_filter");
  const hdf5::Dataspace space(H5Screate_simple(2, shape.data(), nullptr), "H5Screate_simple");
  const hdf5::Dataset dataset(
      H5Dcreate2(file, "/X", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT),
      "H5Dcreate2");
  std::vector<double> values;
  for (Index position = 0; position < 13 * 11; ++position) {
    values.push_back(entry(position / 11, position % 11));
  }
  hdf5::check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
              "H5Dwrite");
}

void register_counting_filter() {
  const H5Z_class2_t filter = {H5Z_CLASS_T_VERS, kCountingFilter, 1,       1,
                               "counting",       nullptr,         nullptr, count_decoding};
  hdf5::prepare_library();
  hdf5::check(H5Zregister(&filter), "H5Zregister");
}

TEST(Hdf5Matrix, DecompressesEveryChunkOnceOnOneProcess) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "counted.h5";
  register_counting_filter();
  testing::on_process_0(test_world(), [&] { make_counted_file(path); });
  for (const TransferLimits& limits : {TransferLimits{}, kSmall, kSmallest}) {
    const auto source = open_hdf5_dense({path, ""}, test_world(), limits);
    for (const mpi::GridShape shape : all_grid_shapes(test_world().size())) {
      decoded_chunks = 0;
      expect_matrix<double>(*source, shape);
      EXPECT_EQ(test_world().sum(decoded_chunks), 4 * 3);
    }
  }
  hdf5::check(H5Zunregister(kCountingFilter), "H5Zunregister");
}

TEST(Hdf5Matrix, RefusesAFilterThatIsNotInstalledByItsName) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "filter.h5";
  register_counting_filter();
  testing::on_process_0(test_world(), [&] { make_counted_file(path); });
  hdf5::check(H5Zunregister(kCountingFilter), "H5Zunregister");
  testing::expect_agreed_error(ExitCode::input, {path, "/X", "filter number 300", "h5repack"}, [&] {
    static_cast<void>(open_matrix({path, ""}, test_world()));
  });
}

TEST(Hdf5Matrix, SumsUpTheSameNumbersOnEveryGrid) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "summary.h5";
  make_file(test_world(), path, {"/X", {13, 11}, H5T_STD_U8LE, Layout::contiguous, {}});
  const auto source = open_matrix({path, ""}, test_world());

  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  const MatrixSummary expected = read_matrix<float>(*source, single).summary;
  EXPECT_EQ(expected.minimum, 0);
  EXPECT_EQ(expected.maximum, 119);
  for (const mpi::GridShape shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const MatrixSummary summary = read_matrix<float>(*source, grid).summary;
    // Sums of small whole numbers are exact in double, in any order.
    EXPECT_EQ(summary.squared_norm, expected.squared_norm);
    EXPECT_EQ(summary.mean, expected.mean);
    EXPECT_EQ(summary.minimum, expected.minimum);
    EXPECT_EQ(summary.maximum, expected.maximum);
    EXPECT_EQ(summary.nonzeros, expected.nonzeros);
    EXPECT_EQ(summary.not_finite, 0);
    EXPECT_EQ(summary.negative, 0);
    EXPECT_EQ(summary.fingerprint, expected.fingerprint);
  }
}

TEST(Hdf5Matrix, KnowsTheShapeOfItsPictures) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "pictures.h5";
  testing::on_process_0(test_world(), [&] {
    const hdf5::File file = testing::create_file(path);
    testing::add_dataset(file, {"/X", {3, 6}, H5T_STD_U8LE, Layout::contiguous, {}});
    const hdf5::Dataset dataset(H5Dopen2(file, "/X", H5P_DEFAULT), "H5Dopen2");
    hdf5::write_attribute(dataset, "image_shape", std::string("2x3"));
  });
  EXPECT_EQ(open_matrix({path, ""}, test_world())->description().image_shape, "2x3");
}

struct Placed {
  Index row;
  Index column;
  double value;
};

/// Expects the refusal of a float64 matrix with some entries overwritten.
template <class Real>
void expect_refused(const std::vector<Placed>& entries, const std::vector<std::string>& parts) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "bad.h5";
  testing::on_process_0(test_world(), [&] {
    const hdf5::File file = testing::create_file(path);
    testing::add_dataset(file, {"/X", {13, 11}, H5T_IEEE_F64LE, Layout::contiguous, {}});
    for (const auto& [row, column, value] : entries) {
      testing::overwrite_entry(file, "/X", row, column, value);
    }
  });
  const auto source = open_matrix({path, ""}, test_world());
  for (const mpi::GridShape shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const DataMatrix<Real> a = read_matrix<Real>(*source, grid);
    std::vector<std::string> expected = parts;
    expected.push_back(path);
    testing::expect_agreed_error(ExitCode::input, expected, [&] {
      require_factorizable(a, source->description(), grid.comm());
    });
  }
}

TEST(Factorizable, NamesTheFirstNegativeEntryInRowMajorOrderAndCountsAll) {
  expect_refused<float>({{12, 0, -1}, {5, 10, -2.5}, {5, 9, -3}, {6, 0, -4}},
                        {"/X", "row 5, column 9", "-3", "first of 4"});
}

TEST(Factorizable, RefusesNotANumberAndInfinity) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  expect_refused<float>({{7, 3, std::numeric_limits<double>::quiet_NaN()}},
                        {"row 7, column 3", "nan", "first of 1"});
  expect_refused<double>({{0, 0, kInfinity}}, {"row 0, column 0", "inf"});
  expect_refused<double>({{3, 1, -kInfinity}}, {"row 3, column 1", "-inf"});
}

TEST(Factorizable, SuggestsMorePrecisionWhereFloat32Overflows) {
  expect_refused<float>({{2, 4, 1e300}}, {"row 2, column 4", "inf", "--precision float64"});
}

TEST(Factorizable, AcceptsZerosAndPositiveNumbers) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "good.h5";
  make_file(test_world(), path, {"/X", {13, 11}, H5T_IEEE_F64LE, Layout::contiguous, {}});
  const auto source = open_matrix({path, ""}, test_world());
  const mpi::ProcessGrid grid(test_world(), squarest());
  const auto a = read_matrix<double>(*source, grid);
  EXPECT_NO_THROW(require_factorizable(a, source->description(), grid.comm()));
}

}  // namespace
}  // namespace tessera::io
