#include "tessera/io/hdf5_sparse.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_dense.hpp"
#include "tessera/io/hdf5_names.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "sparse_fixture.hpp"

/// Sparse groups in every encoding, the names beside them, and real files.
namespace tessera::io {
namespace {

using testing::assemble;
using testing::create_file;
using testing::Marks;
using testing::on_process_0;
using testing::sparse_parts;
using testing::SparseParts;
using testing::temporary_folder;
using testing::test_world;
using testing::write_sparse_group;
using testing::write_texts;

constexpr Index kRows = 23;
constexpr Index kColumns = 17;

std::vector<std::string> numbered(const std::string& prefix, Index count) {
  std::vector<std::string> names;
  for (Index i = 0; i < count; ++i) {
    names.push_back(prefix + std::to_string(i));
  }
  return names;
}

void expect_same(const Matrix<double>& actual, const Matrix<double>& expected) {
  EXPECT_TRUE(std::ranges::equal(actual.span(), expected.span()));
}

/// Reads `dataset` of the file in both precisions and in pieces of various sizes.
void expect_test_matrix(const std::string& path, const std::string& dataset = "") {
  const Matrix<double> expected = testing::expected_matrix(kRows, kColumns);
  for (const Index slab_bytes : {Index{8}, Index{40}, Index{1} << 20}) {
    TransferLimits limits;
    limits.slab_bytes = slab_bytes;
    const auto source = open_hdf5_sparse({path, dataset}, test_world(), limits);
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(source->description().rows, kRows);
    EXPECT_EQ(source->description().columns, kColumns);
    expect_same(assemble(source->read_entries_float32(test_world()), kRows, kColumns, test_world()),
                expected);
    expect_same(assemble(source->read_entries_float64(test_world()), kRows, kColumns, test_world()),
                expected);
  }
}

void make_sparse_file(const std::string& path, const SparseParts& parts) {
  on_process_0(test_world(), [&] { write_sparse_group(create_file(path), parts); });
}

TEST(Hdf5Sparse, ReadsRowsAndColumnsContiguousAndCompressed) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "a.h5ad";
  for (const bool by_rows : {true, false}) {
    for (const hsize_t chunk : {0, 1, 7, 1000}) {
      SparseParts parts = sparse_parts(kRows, kColumns, by_rows);
      parts.chunk = chunk;
      make_sparse_file(path, parts);
      expect_test_matrix(path);
    }
  }
}

TEST(Hdf5Sparse, ReadsEveryNumberType) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "a.h5ad";
  for (const hid_t type : {H5T_STD_U8LE, H5T_STD_I64BE, H5T_IEEE_F64LE, H5T_IEEE_F32BE}) {
    SparseParts parts = sparse_parts(kRows, kColumns, true);
    parts.value_type = type;
    parts.index_type = H5T_STD_U16BE;
    parts.offset_type = H5T_STD_I32LE;
    make_sparse_file(path, parts);
    expect_test_matrix(path);
    EXPECT_EQ(open_hdf5_sparse({path, ""}, test_world())->description().exceeds_float32,
              type == H5T_IEEE_F64LE);
  }
}

TEST(Hdf5Sparse, ReadsTheAttributesOfOldAnnData) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "old.h5ad";
  for (const bool by_rows : {true, false}) {
    SparseParts parts = sparse_parts(kRows, kColumns, by_rows);
    parts.marks = Marks::old_anndata;
    parts.format = by_rows ? "csr" : "csc";
    make_sparse_file(path, parts);
    expect_test_matrix(path);
  }
}

TEST(Hdf5Sparse, TakesALayerWithAndWithoutLeadingSlash) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "layers.h5ad";
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(path);
    SparseParts parts = sparse_parts(kRows, kColumns, true);
    parts.group = "/layers/counts";
    write_sparse_group(file, parts);
    testing::add_dataset(file, {"/X", {kRows, kColumns}, H5T_IEEE_F32LE, {}, {}});
  });
  expect_test_matrix(path, "layers/counts");
  expect_test_matrix(path, "/layers/counts");
  EXPECT_EQ(open_hdf5_sparse({path, ""}, test_world()), nullptr) << "/X is dense";
  EXPECT_EQ(open_hdf5_sparse({path, "absent"}, test_world()), nullptr);
}

/// Stored features × barcodes by columns: the bytes of barcodes × features by rows.
SparseParts tenx_parts(const std::string& group) {
  SparseParts parts = sparse_parts(kRows, kColumns, true);
  parts.group = group;
  parts.marks = Marks::none;
  parts.without = "shape";
  return parts;
}

void write_tenx_file(const std::string& path, const std::string& group, bool version_3) {
  const hdf5::File file = create_file(path);
  write_sparse_group(file, tenx_parts(group));
  testing::write_numbers(file, group + "/shape", H5T_STD_I32LE,
                         std::vector<Index>{kColumns, kRows});
  write_texts(file, group + "/barcodes", numbered("ACGT-", kRows), 12);
  if (version_3) {
    const hdf5::Group features(
        H5Gcreate2(file, (group + "/features").c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        "H5Gcreate2");
    write_texts(features, "id", numbered("ENSG", kColumns), 20);
    write_texts(features, "name", numbered("GENE", kColumns), 20);
  } else {
    write_texts(file, group + "/genes", numbered("ENSG", kColumns), 20);
    write_texts(file, group + "/gene_names", numbered("GENE", kColumns), 20);
  }
}

TEST(Hdf5Sparse, ReadsTenxFilesAsBarcodesByFeatures) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "tenx.h5";
  for (const bool version_3 : {true, false}) {
    const std::string group = version_3 ? "/matrix" : "/GRCh38";
    on_process_0(test_world(), [&] { write_tenx_file(path, group, version_3); });
    expect_test_matrix(path);
    const auto source = open_hdf5_sparse({path, ""}, test_world());
    EXPECT_EQ(source->description().dataset, group);
    EXPECT_EQ(source->description().format, "10x Genomics HDF5");
    const MatrixNames names = source->read_names(test_world());
    const bool first = test_world().rank() == 0;
    EXPECT_EQ(names.rows, numbered("ACGT-", first ? kRows : 0));
    EXPECT_EQ(names.columns, numbered("GENE", first ? kColumns : 0));
  }
}

TEST(Hdf5Sparse, ReadsAMatrixWithoutEntriesAndPassesDuplicatesOn) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "a.h5ad";
  SparseParts parts;
  parts.shape = {3, 4};
  parts.indptr = {0, 0, 0, 0};
  make_sparse_file(path, parts);
  const auto empty = open_hdf5_sparse({path, ""}, test_world());
  EXPECT_EQ(test_world().sum(empty->read_entries_float32(test_world()).size()), 0);

  parts.indptr = {0, 2, 2, 3};
  parts.indices = {1, 1, 0};
  parts.data = {2, -3, 4};
  make_sparse_file(path, parts);
  const auto twice = open_hdf5_sparse({path, ""}, test_world());
  const Entries<float> entries = twice->read_entries_float32(test_world());
  EXPECT_EQ(test_world().sum(entries.size()), 3);
  EXPECT_EQ(assemble(entries, 3, 4, test_world())(0, 1), -1);
}

/// /obs and /var as AnnData has written them since 0.7.
void write_tables(hid_t file, Index rows, Index columns) {
  for (const auto& [table, prefix, count] :
       {std::tuple{"/obs", "cell ", rows}, std::tuple{"/var", "gène ", columns}}) {
    const hdf5::Group group(H5Gcreate2(file, table, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                            "H5Gcreate2");
    hdf5::write_attribute(group, "_index", std::string("names"));
    write_texts(group, "names", numbered(prefix, count));
  }
}

TEST(Hdf5Names, ComeFromTheTablesOfAnnDataForSparseAndDense) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "named.h5ad";
  const bool first = test_world().rank() == 0;
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(path);
    write_sparse_group(file, sparse_parts(kRows, kColumns, true));
    testing::add_dataset(file, {"/dense", {kRows, kColumns}, H5T_IEEE_F32LE, {}, {}});
    write_tables(file, kRows, kColumns);
  });
  for (const MatrixNames& names :
       {open_hdf5_sparse({path, ""}, test_world())->read_names(test_world()),
        open_hdf5_dense({path, "/dense"}, test_world())->read_names(test_world())}) {
    EXPECT_EQ(names.rows, numbered("cell ", first ? kRows : 0));
    EXPECT_EQ(names.columns, numbered("gène ", first ? kColumns : 0));
  }
}

TEST(Hdf5Names, ComeFromCompoundTablesOfOldAnnData) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "old.h5ad";
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(path);
    write_sparse_group(file, sparse_parts(kRows, kColumns, true));
    testing::write_compound_table(file, "/obs", numbered("cell", kRows));
  });
  const MatrixNames names = open_hdf5_sparse({path, ""}, test_world())->read_names(test_world());
  EXPECT_EQ(names.rows, numbered("cell", test_world().rank() == 0 ? kRows : 0));
  EXPECT_TRUE(names.columns.empty());
}

TEST(Hdf5Names, ThatDoNotFitOrCannotBeReadAreIgnoredWithAWarning) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "misnamed.h5ad";
  on_process_0(test_world(), [&] {
    const hdf5::File file = create_file(path);
    write_sparse_group(file, sparse_parts(kRows, kColumns, true));
    write_tables(file, kRows + 1, 1);
    hdf5::check(H5Adelete_by_name(file, "/var", "_index", H5P_DEFAULT), "H5Adelete_by_name");
  });
  const auto source = open_hdf5_sparse({path, ""}, test_world());
  ::testing::internal::CaptureStderr();
  const MatrixNames names = source->read_names(test_world());
  const std::string printed = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(names.rows.empty() && names.columns.empty());
  if (test_world().rank() == 0) {
    EXPECT_NE(printed.find("there are 24 for 23"), std::string::npos) << printed;
    EXPECT_NE(printed.find("'_index' is missing"), std::string::npos) << printed;
  }
}

std::filesystem::path data_folder() {
  const char* folder = std::getenv("TESSERA_DATA");
  return folder != nullptr ? folder
                           : std::filesystem::path(TESSERA_SOURCE_FOLDER) / "../shared/data";
}

struct RealFile {
  const char* path;
  Index rows;
  Index columns;
  Index entries;
  double sum;
};

TEST(Hdf5Sparse, ReadsRealFiles) {
  for (const RealFile& real : {RealFile{"text/newsgroups20.h5ad", 18221, 36568, 893733, 1205734},
                               RealFile{"genes/pbmc_facs_10x.h5", 3774, 16791, 2702861, 7500459}}) {
    const std::filesystem::path path = data_folder() / real.path;
    if (!std::filesystem::exists(path)) {
      GTEST_SKIP() << path << " is absent";
    }
    const auto source = open_hdf5_sparse({path, ""}, test_world());
    EXPECT_EQ(source->description().rows, real.rows);
    EXPECT_EQ(source->description().columns, real.columns);
    const Entries<double> entries = source->read_entries_float64(test_world());
    double sum = 0;
    for (const auto& piece : entries.pieces()) {
      sum = std::accumulate(piece.values.begin(), piece.values.end(), sum);
    }
    EXPECT_EQ(test_world().sum(entries.size()), real.entries);
    EXPECT_EQ(test_world().sum(sum), real.sum);
    const MatrixNames names = source->read_names(test_world());
    const bool first = test_world().rank() == 0;
    EXPECT_EQ(std::ssize(names.rows), first ? real.rows : 0);
    EXPECT_EQ(std::ssize(names.columns), first ? real.columns : 0);
  }
}

}  // namespace
}  // namespace tessera::io
