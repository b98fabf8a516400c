#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_sparse.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "sparse_fixture.hpp"

/// What is refused, by which words: every file is broken in one way.
namespace tessera::io {
namespace {

using testing::create_file;
using testing::expect_agreed_error;
using testing::Marks;
using testing::on_process_0;
using testing::sparse_parts;
using testing::SparseParts;
using testing::temporary_folder;
using testing::test_world;
using testing::write_numbers;
using testing::write_sparse_group;

constexpr Index kRows = 23;
constexpr Index kColumns = 17;
constexpr Index kLargest = std::numeric_limits<Index>::max();

void open_and_read(const std::string& path, const std::string& dataset = "") {
  TransferLimits limits;
  limits.slab_bytes = 64;
  const auto source = open_hdf5_sparse({path, dataset}, test_world(), limits);
  if (source != nullptr) {
    static_cast<void>(source->read_entries_float32(test_world()));
  }
}

/// Expects open_and_read() to fail, and that the file is closed everywhere when this returns.
void expect_refused(ExitCode code, const std::vector<std::string>& words, const std::string& path) {
  expect_agreed_error(code, words, [&] { open_and_read(path); });
  test_world().barrier();
}

/// A file with parts that do not fit one another.
struct SpoiledParts {
  const char* how;
  std::function<void(SparseParts&)> spoil;
  std::vector<std::string> words;
};

const std::vector<SpoiledParts>& spoiled_parts() {
  static const std::vector<SpoiledParts> all = {
      {"no data", [](auto& p) { p.without = "data"; }, {"no dataset 'data'"}},
      {"no indices", [](auto& p) { p.without = "indices"; }, {"no dataset 'indices'"}},
      {"no indptr", [](auto& p) { p.without = "indptr"; }, {"no dataset 'indptr'"}},
      {"no shape", [](auto& p) { p.without = "shape"; }, {"shape is missing"}},
      {"no marks", [](auto& p) { p.marks = Marks::none; }, {"neither", "encoding-type"}},
      {"unknown encoding", [](auto& p) { p.format = "coo_matrix"; }, {"coo_matrix", "csc_matrix"}},
      {"unknown old encoding",
       [](auto& p) {
         p.marks = Marks::old_anndata;
         p.format = "coo";
       },
       {"h5sparse_format", "coo"}},
      {"fewer indices", [](auto& p) { p.indices.pop_back(); }, {"'data' has", "'indices' has"}},
      {"fewer values", [](auto& p) { p.data.pop_back(); }, {"'data' has", "'indices' has"}},
      {"fractional indices",
       [](auto& p) { p.index_type = H5T_IEEE_F32LE; },
       {"'indices'", "float32", "integers"}},
      {"fractional offsets",
       [](auto& p) { p.offset_type = H5T_IEEE_F64LE; },
       {"'indptr'", "float64", "integers"}},
      {"indptr of one line less",
       [](auto& p) { p.indptr.erase(p.indptr.begin() + 5); },
       {"indptr has 23 values", "23 rows"}},
      {"indptr of one line more",
       [](auto& p) { p.indptr.push_back(p.indptr.back()); },
       {"indptr has 25 values"}},
      {"empty indptr", [](auto& p) { p.indptr.clear(); }, {"indptr has 0 values"}},
      {"indptr for columns", [](auto& p) { p.format = "csc_matrix"; }, {"17 columns"}},
      {"first offset not 0", [](auto& p) { p.indptr.front() = 1; }, {"begins with 1"}},
      {"last offset too small", [](auto& p) { p.indptr.back() -= 1; }, {"indptr ends with"}},
      {"last offset too large", [](auto& p) { p.indptr.back() += 1; }, {"indptr ends with"}},
      {"falling offset", [](auto& p) { p.indptr[15] = p.indptr[14] - 1; }, {"indptr[15] is"}},
      {"offset beyond the entries",
       [](auto& p) { p.indptr[7] = 100000; },
       {"indptr[7] is 100000", "stored entries"}},
      {"negative offset", [](auto& p) { p.indptr[20] = -4; }, {"indptr[20] is -4"}},
      {"offset beyond 63 bits",
       [](auto& p) {
         p.offset_type = H5T_STD_U64LE;
         p.indptr[20] = kLargest;
       },
       {"indptr[20]"}},
      {"index beyond the columns",
       [](auto& p) { p.indices[30] = kColumns; },
       {"entry 30", "column 17", "0 to 16"}},
      {"last index beyond", [](auto& p) { p.indices.back() = 1000000; }, {"column 1000000"}},
      {"negative index", [](auto& p) { p.indices[3] = -1; }, {"entry 3", "column -1"}},
      {"row beyond the rows",
       [](auto& p) {
         p = sparse_parts(kRows, kColumns, false);
         p.indices[3] = kRows;
       },
       {"entry 3", "row 23 in column", "0 to 22"}},
      {"no rows",
       [](auto& p) {
         p.shape = {0, kColumns};
       },
       {"empty (0x17)"}},
      {"negative shape",
       [](auto& p) {
         p.shape = {kRows, -kColumns};
       },
       {"negative (23x-17)"}},
      {"uncountable shape",
       [](auto& p) {
         p.shape = {kRows, kLargest / 2};
       },
       {"64-bit"}},
      {"rows beyond indptr's length",
       [](auto& p) {
         p.shape = {kLargest, 1};
       },
       {"indptr has"}},
      {"three sizes",
       [](auto& p) {
         p.shape = {kRows, kColumns, 1};
       },
       {"two integers"}}};
  return all;
}

TEST(Hdf5SparseBroken, PartsThatDoNotFitAreNamed) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "broken.h5ad";
  for (const SpoiledParts& broken : spoiled_parts()) {
    SCOPED_TRACE(broken.how);
    SparseParts parts = sparse_parts(kRows, kColumns, true);
    broken.spoil(parts);
    on_process_0(test_world(), [&] { write_sparse_group(create_file(path), parts); });
    std::vector<std::string> words = broken.words;
    words.insert(words.end(), {path, "group '/X'"});
    expect_refused(ExitCode::input, words, path);
  }
}

/// Creates /X/data anew with these properties and type, unwritten.
void replace_data(hid_t file, hid_t creation, hid_t type, hid_t space) {
  hdf5::check(H5Ldelete(file, "/X/data", H5P_DEFAULT), "H5Ldelete");
  const hdf5::Dataset dataset(
      H5Dcreate2(file, "/X/data", type, space, H5P_DEFAULT, creation, H5P_DEFAULT), "H5Dcreate2");
}

hdf5::Dataspace line(hsize_t length) {
  return {H5Screate_simple(1, &length, nullptr), "H5Screate_simple"};
}

/// A file whose objects are not what they should be.
struct SpoiledFile {
  const char* how;
  std::function<void(hid_t file)> spoil;
  std::vector<std::string> words;
};

void spoil_with_filter(hid_t file) {
  const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
  const hsize_t chunk = 4;
  constexpr H5Z_filter_t kLzf = 32000;
  hdf5::check(H5Pset_chunk(creation, 1, &chunk), "H5Pset_chunk");
  hdf5::check(H5Pset_filter(creation, kLzf, H5Z_FLAG_OPTIONAL, 0, nullptr), "H5Pset_filter");
  replace_data(file, creation, H5T_IEEE_F32LE, line(10));
}

void spoil_with_external_storage(hid_t file) {
  const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
  hdf5::check(H5Pset_external(creation, "/etc/passwd", 0, 40), "H5Pset_external");
  replace_data(file, creation, H5T_IEEE_F32LE, line(10));
}

void spoil_with_virtual_dataset(hid_t file) {
  const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
  const hdf5::Dataspace space = line(10);
  hdf5::check(H5Pset_virtual(creation, space, "other.h5", "/X", space), "H5Pset_virtual");
  replace_data(file, creation, H5T_IEEE_F32LE, space);
}

void spoil_with_external_link(hid_t file) {
  hdf5::check(H5Ldelete(file, "/X/indices", H5P_DEFAULT), "H5Ldelete");
  hdf5::check(H5Lcreate_external("other.h5", "/X", file, "/X/indices", H5P_DEFAULT, H5P_DEFAULT),
              "H5Lcreate_external");
}

void spoil_with_group(hid_t file) {
  hdf5::check(H5Ldelete(file, "/X/data", H5P_DEFAULT), "H5Ldelete");
  const hdf5::Group group(H5Gcreate2(file, "/X/data", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                          "H5Gcreate2");
}

void spoil_with_truth_values(hid_t file) {
  const hdf5::Datatype boolean(H5Tenum_create(H5T_STD_I8LE), "H5Tenum_create");
  const std::int8_t yes = 1;
  hdf5::check(H5Tenum_insert(boolean, "TRUE", &yes), "H5Tenum_insert");
  replace_data(file, H5P_DEFAULT, boolean, line(10));
}

void spoil_with_two_dimensions(hid_t file) {
  const std::array<hsize_t, 2> shape = {5, 2};
  const hdf5::Dataspace space(H5Screate_simple(2, shape.data(), nullptr), "H5Screate_simple");
  replace_data(file, H5P_DEFAULT, H5T_IEEE_F32LE, space);
}

void spoil_encoding_type(hid_t file) {
  const hdf5::Group group(H5Gopen2(file, "/X", H5P_DEFAULT), "H5Gopen2");
  hdf5::check(H5Adelete(group, "encoding-type"), "H5Adelete");
  hdf5::write_attribute(group, "encoding-type", 1.5);
}

void spoil_shape(hid_t file) {
  const hdf5::Group group(H5Gopen2(file, "/X", H5P_DEFAULT), "H5Gopen2");
  hdf5::check(H5Adelete(group, "shape"), "H5Adelete");
  hdf5::write_attribute(group, "shape", std::string("23x17"));
}

void spoil_with_shape_dataset(hid_t file) {
  const hdf5::Group group(H5Gopen2(file, "/X", H5P_DEFAULT), "H5Gopen2");
  hdf5::check(H5Adelete(group, "shape"), "H5Adelete");
  write_numbers(group, "shape", H5T_IEEE_F64LE, std::vector<double>{23, 17});
}

void spoil_with_several_genomes(hid_t file) {
  hdf5::check(H5Lmove(file, "/X", file, "/hg19", H5P_DEFAULT, H5P_DEFAULT), "H5Lmove");
  hdf5::check(H5Lcreate_hard(file, "/hg19", file, "/mm10", H5P_DEFAULT, H5P_DEFAULT),
              "H5Lcreate_hard");
}

TEST(Hdf5SparseBroken, ObjectsThatAreNotWhatTheyShouldBeAreNamed) {
  const std::vector<SpoiledFile> all = {
      {"missing filter", spoil_with_filter, {"'data'", "lzf", "h5repack"}},
      {"external storage", spoil_with_external_storage, {"'data'", "other files"}},
      {"virtual dataset", spoil_with_virtual_dataset, {"'data'", "other files"}},
      {"external link", spoil_with_external_link, {"indices", "external link"}},
      {"group instead of dataset", spoil_with_group, {"'data' is not a dataset"}},
      {"truth values", spoil_with_truth_values, {"'data'", "enumeration"}},
      {"two dimensions", spoil_with_two_dimensions, {"'data'", "2 dimensions"}},
      {"text", [](hid_t f) { replace_data(f, H5P_DEFAULT, H5T_C_S1, line(10)); }, {"string"}},
      {"unwritten",
       [](hid_t f) { replace_data(f, H5P_DEFAULT, H5T_IEEE_F32LE, line(10)); },
       {"'data'", "ever written"}},
      {"encoding-type of numbers", spoil_encoding_type, {"'encoding-type' is not text"}},
      {"shape of text", spoil_shape, {"'shape' is not two integers"}},
      {"shape of fractions", spoil_with_shape_dataset, {"'shape' is not two integers"}},
      {"several genomes", spoil_with_several_genomes, {"/hg19, /mm10", "--dataset"}}};
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "broken.h5ad";
  for (const SpoiledFile& broken : all) {
    SCOPED_TRACE(broken.how);
    on_process_0(test_world(), [&] {
      const hdf5::File file = create_file(path);
      write_sparse_group(file, sparse_parts(kRows, kColumns, true));
      broken.spoil(file);
    });
    std::vector<std::string> words = broken.words;
    words.push_back(path);
    expect_refused(ExitCode::input, words, path);
  }
}

TEST(Hdf5SparseBroken, AGroupThatIsNoMatrixIsRefusedByItsEncoding) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "table.h5ad";
  on_process_0(test_world(), [&] {
    SparseParts parts = sparse_parts(kRows, kColumns, true);
    parts.group = "/obs";
    parts.format = "dataframe";
    write_sparse_group(create_file(path), parts);
  });
  expect_agreed_error(ExitCode::input, {path, "'obs'", "dataframe", "--dataset"},
                      [&] { open_and_read(path, "obs"); });
}

TEST(Hdf5SparseBroken, ATruncatedFileIsNoticed) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "truncated.h5ad";
  on_process_0(test_world(), [&] {
    write_sparse_group(create_file(path), sparse_parts(kRows, kColumns, true));
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  });
  expect_agreed_error(ExitCode::io, {path, "truncated"}, [&] { open_and_read(path); });
}

/// Overwrites the stored bytes of the last chunk of a dataset.
void damage_last_chunk(const std::string& path, const char* name) {
  haddr_t address = HADDR_UNDEF;
  hsize_t bytes = 0;
  {
    const hdf5::File file = hdf5::open_serial(path);
    const hdf5::Dataset dataset(H5Dopen2(file, name, H5P_DEFAULT), "H5Dopen2");
    const hdf5::Dataspace space(H5Dget_space(dataset), "H5Dget_space");
    hsize_t chunks = 0;
    hdf5::check(H5Dget_num_chunks(dataset, space, &chunks), "H5Dget_num_chunks");
    hdf5::check(H5Dget_chunk_info(dataset, space, chunks - 1, nullptr, nullptr, &address, &bytes),
                "H5Dget_chunk_info");
  }
  std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(address));
  stream << std::string(bytes, 'x');
}

TEST(Hdf5SparseBroken, ADamagedChunkIsAnErrorOnEveryProcess) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "damaged.h5ad";
  for (const char* name : {"/X/data", "/X/indices", "/X/indptr"}) {
    on_process_0(test_world(), [&] {
      SparseParts parts = sparse_parts(kRows, kColumns, true);
      parts.chunk = 8;
      write_sparse_group(create_file(path), parts);
      damage_last_chunk(path, name);
    });
    expect_refused(ExitCode::io, {path}, path);
  }
}

TEST(Hdf5SparseBroken, AFileThatVanishesBeforeReadingIsOneErrorEverywhere) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "vanishing.h5ad";
  on_process_0(test_world(),
               [&] { write_sparse_group(create_file(path), sparse_parts(kRows, kColumns, true)); });
  const auto source = open_hdf5_sparse({path, ""}, test_world());
  on_process_0(test_world(), [&] { std::filesystem::remove(path); });
  expect_agreed_error(ExitCode::io, {path, "No such file"},
                      [&] { static_cast<void>(source->read_entries_float32(test_world())); });
  expect_agreed_error(ExitCode::io, {path},
                      [&] { static_cast<void>(source->read_names(test_world())); });
}

}  // namespace
}  // namespace tessera::io
