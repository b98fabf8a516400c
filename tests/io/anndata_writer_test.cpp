#include "tessera/io/anndata_writer.hpp"

#include <algorithm>
#include <filesystem>

#include "tessera/io/hdf5_dense.hpp"
#include "tessera/io/hdf5_sparse.hpp"
#include "tessera/io/hdf5_texts.hpp"
#include "tessera/matrix/partition.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "sparse_fixture.hpp"

/// What is written comes back, on any number of processes.
namespace tessera::io {
namespace {

using testing::expect_agreed_error;
using testing::temporary_folder;
using testing::test_world;

/// The rows of this process of the test matrix.
template <class Real>
SparseRows<Real> own_rows(Index rows, Index columns) {
  SparseRows<Real> own;
  own.rows = Partition::even(rows, test_world().size()).part(test_world().rank());
  own.offsets = {0};
  for (Index row = own.rows.begin; row < own.rows.end; ++row) {
    for (Index column = 0; column < columns; ++column) {
      if (testing::is_stored(row, column)) {
        own.columns.push_back(static_cast<std::int32_t>(column));
        own.values.push_back(static_cast<Real>(testing::entry(row, column) + 1));
      }
    }
    own.offsets.push_back(std::ssize(own.values));
  }
  return own;
}

bool is_expected(const Matrix<double>& actual) {
  const Matrix<double> expected = testing::expected_matrix(actual.rows(), actual.columns());
  return std::ranges::equal(actual.span(), expected.span());
}

template <class Real>
class AnnDataWriter : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(AnnDataWriter, Reals);

TYPED_TEST(AnnDataWriter, SparseRowsComeBack) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "a.h5ad";
  // Fewer rows than processes; a single chunk; several chunks, for some process counts uneven.
  for (const auto& [m, n] : {std::pair<Index, Index>{2, 9}, {40, 17}, {3001, 499}}) {
    write_sparse_file<TypeParam>({path, m, n, {}, ""}, own_rows<TypeParam>(m, n), test_world());
    const auto source = open_hdf5_sparse({path, ""}, test_world());
    EXPECT_EQ(source->description().value_type, sizeof(TypeParam) == 4 ? "float32" : "float64");
    const auto entries = source->read_entries_float64(test_world());
    EXPECT_TRUE(is_expected(testing::assemble(entries, m, n, test_world())));
  }
}

TYPED_TEST(AnnDataWriter, DenseRowsComeBack) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "a.h5ad";
  for (const auto& [m, n] : {std::pair<Index, Index>{2, 9}, {40, 17}, {1501, 499}}) {
    const Matrix<double> expected = testing::expected_matrix(m, n);
    const Range rows = Partition::even(m, test_world().size()).part(test_world().rank());
    Matrix<TypeParam> own(rows.size(), n);
    std::ranges::copy(expected.view().rows(rows).span(), own.span().begin());
    write_dense_compressed<TypeParam>({path, m, n, {}, "1x1"}, {rows, own.view()}, test_world());

    const auto source = open_hdf5_dense({path, ""}, test_world());
    EXPECT_EQ(source->description().image_shape, "1x1");
    EXPECT_NE(source->description().storage.find("gzip"), std::string::npos);
    const auto* dense = dynamic_cast<const DenseSource*>(source.get());
    std::vector<Rectangle> wanted(static_cast<std::size_t>(test_world().size()));
    wanted[0] = {{0, m}, {0, n}};
    const Matrix<double> read = dense->read_float64(test_world(), wanted);
    EXPECT_TRUE(test_world().rank() != 0 || is_expected(read));
  }
}

TEST(AnnDataWriterNames, ComeBackAndDefaultToNumbers) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "a.h5ad";
  const bool first = test_world().rank() == 0;
  AnnDataFile file{path, 3, 2, {}, ""};
  if (first) {
    file.names.columns = {"gène", ""};
  }
  write_sparse_file(file, own_rows<float>(3, 2), test_world());
  const MatrixNames names = open_hdf5_sparse({path, ""}, test_world())->read_names(test_world());
  const std::vector<std::string> none;
  EXPECT_EQ(names.rows, first ? std::vector<std::string>({"0", "1", "2"}) : none);
  EXPECT_EQ(names.columns, first ? std::vector<std::string>({"gène", ""}) : none);
}

TEST(AnnDataWriterLabels, AreACategoricalColumn) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "a.h5ad";
  AnnDataFile file{path, 3, 2, {}, ""};
  if (test_world().rank() == 0) {
    file.labels = {"label", {"a", "bé"}, {1, -1, 0}};
  }
  write_sparse_file(file, own_rows<float>(3, 2), test_world());
  mpi::on_root(test_world(), [&] {
    const hdf5::File opened = hdf5::open_serial(path);
    EXPECT_EQ(hdf5::Texts(opened, "/obs/label/categories").read(),
              (std::vector<std::string>{"a", "bé"}));
    const hdf5::Dataset codes(H5Dopen2(opened, "/obs/label/codes", H5P_DEFAULT), "H5Dopen2");
    std::vector<std::int8_t> read(3);
    hdf5::check(H5Dread(codes, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, read.data()),
                "H5Dread");
    EXPECT_EQ(read, (std::vector<std::int8_t>{1, -1, 0}));
  });

  file.labels.codes.assign(3, 2);
  expect_agreed_error(ExitCode::other, {"3 rows have 3 labels"},
                      [&] { write_sparse_file(file, own_rows<float>(3, 2), test_world()); });
}

TEST(AnnDataWriterFailure, LeavesNothingBehind) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "a.h5ad";
  AnnDataFile file{path, 5, 4, {}, ""};
  SparseRows<float> own = own_rows<float>(5, 4);
  own.rows.begin += test_world().rank() == test_world().size() - 1 ? 1 : 0;
  expect_agreed_error(ExitCode::other, {"rows"},
                      [&] { write_sparse_file(file, own, test_world()); });

  file.names.rows = {"too", "few"};
  expect_agreed_error(ExitCode::other, {"5 rows have 2 names"},
                      [&] { write_sparse_file(file, own_rows<float>(5, 4), test_world()); });
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));

  file.names.rows.clear();
  file.path = folder.path() / "absent" / "a.h5ad";
  expect_agreed_error(ExitCode::io, {"No such file or directory"},
                      [&] { write_sparse_file(file, own_rows<float>(5, 4), test_world()); });
}

}  // namespace
}  // namespace tessera::io
