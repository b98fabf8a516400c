#include "tessera/io/npz_source.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include "content_of.hpp"
#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "npy_fixture.hpp"
#include "npz_fixture.hpp"

namespace tessera::io {
namespace {

using testing::content_of;
using testing::coo_members;
using testing::csc_members;
using testing::csr_members;
using testing::expect_agreed_error;
using testing::Members;
using testing::npy_array;
using testing::npy_header;
using testing::on_process_0;
using testing::temporary_folder;
using testing::test_world;
using testing::write_archive;
using testing::write_file;

/// Row by row, the values of all processes by position; each expected to be on one process only.
template <class Real>
Matrix<double> gather(const Entries<Real>& own, Index rows, Index columns) {
  Matrix<double> sums(rows, columns);
  for (const auto& piece : own.pieces()) {
    for (std::size_t at = 0; at < piece.positions.size(); ++at) {
      sums.span()[static_cast<std::size_t>(piece.positions[at])] += piece.values[at];
    }
  }
  test_world().all_reduce_sum(sums.span());
  return sums;
}

void expect_small_matrix(const std::string& path, Index batch_entries) {
  constexpr double kExpected[] = {0, 5, 0, 1, 0, 0, 0, 0, 2, 0, 3, 0};
  const auto source = open_npz({path, ""}, test_world(), batch_entries);
  const auto float32 = source->read_entries_float32(test_world());
  const auto float64 = source->read_entries_float64(test_world());
  EXPECT_TRUE(std::ranges::equal(gather(float32, 3, 4).span(), kExpected));
  EXPECT_TRUE(std::ranges::equal(gather(float64, 3, 4).span(), kExpected));
  EXPECT_EQ(test_world().sum(float32.size()), 4);
}

TEST(NpzSource, ReadsEveryFormatAndTypeInBatchesOfAnySize) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "matrix.npz";
  for (const auto make : {csr_members, csc_members, coo_members}) {
    for (const char* value_descr : {"<f4", ">f8", "<f2", "|u1", "<i8"}) {
      for (const char* index_descr : {"<i4", "<i8", ">i4"}) {
        for (const bool compressed : {false, true}) {
          on_process_0(test_world(),
                       [&] { write_archive(path, make(value_descr, index_descr), compressed); });
          for (const Index batch_entries : {1, 3, 1000}) {
            expect_small_matrix(path, batch_entries);
          }
          test_world().barrier();  // before the file is replaced
        }
      }
    }
  }
}

TEST(NpzSource, ReadsWhatSciPyWrites) {
  constexpr Index kRows = 40;
  constexpr Index kColumns = 30;
  const std::map<std::string, std::string> value_types = {
      {"csr", "float64"}, {"csc", "float32"}, {"coo", "int64"}};
  for (const auto& [format, value_type] : value_types) {
    SCOPED_TRACE(format);
    const auto source =
        open_npz({TESSERA_FIXTURES "/scipy_" + format + ".npz", ""}, test_world(), 50);
    EXPECT_EQ(source->description().rows, kRows);
    EXPECT_EQ(source->description().columns, kColumns);
    EXPECT_EQ(source->description().value_type, value_type);
    EXPECT_EQ(source->description().exceeds_float32, value_type == "float64");
    const auto all = gather(source->read_entries_float64(test_world()), kRows, kColumns);
    for (Index i = 0; i < kRows; ++i) {
      for (Index j = 0; j < kColumns; ++j) {
        EXPECT_EQ(all(i, j), (3 * i + 5 * j) % 7 == 0 ? kColumns * i + j + 1 : 0);
      }
    }
  }
}

TEST(NpzSource, SharesEntriesEvenlyInPiecesOfManyBatches) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "long.npz";
  constexpr Index kEntries = 70000;  // more than one buffer of pointers
  on_process_0(test_world(), [&] {
    Members members = csr_members("<f4", "<i4");
    std::vector<double> pointers;
    for (Index row = 0; row <= kEntries; ++row) {
      pointers.push_back(static_cast<double>(row));
    }
    members["shape.npy"] = npy_array("<i8", {kEntries, 4});
    members["data.npy"] = npy_array("<f4", std::vector<double>(kEntries, 1));
    members["indices.npy"] = npy_array("<i4", std::vector<double>(kEntries, 2));
    members["indptr.npy"] = npy_array("<i4", pointers);
    write_archive(path, members, true);
  });
  const auto source = open_npz({path, ""}, test_world(), 1000);
  const auto own = source->read_entries_float32(test_world());
  EXPECT_LE(own.size(), kEntries / test_world().size() + 70);
  const auto all = gather(own, kEntries, 4);
  for (Index i = 0; i < kEntries; ++i) {
    ASSERT_EQ(all(i, 2), 1) << "row " << i;
  }
}

TEST(NpzSource, ReadsAMatrixWithoutEntries) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "empty.npz";
  on_process_0(test_world(), [&] {
    Members members = csr_members("<f4", "<i4");
    members["data.npy"] = npy_array("<f4", {});
    members["indices.npy"] = npy_array("<i4", {});
    members["indptr.npy"] = npy_array("<i4", {0, 0, 0, 0});
    write_archive(path, members, false);
  });
  const auto source = open_npz({path, ""}, test_world());
  EXPECT_EQ(source->read_entries_float32(test_world()).size(), 0);
}

TEST(NpzSource, TakesTheFormatAsTextOfEveryWidth) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "matrix.npz";
  on_process_0(test_world(), [&] {
    Members members = csr_members("<f4", "<i4");
    const std::string wide{'c', 0, 0, 0, 's', 0, 0, 0, 'r', 0, 0, 0};
    members["format.npy"] = npy_header("<U3", "()") + wide;
    write_archive(path, members, false);
  });
  expect_small_matrix(path, 10);
}

/// One member of the good matrix replaced, or removed where there is no content.
struct Damage {
  const char* name;
  Members (*good)(const std::string&, const std::string&);
  const char* member;
  std::string content;
  std::vector<std::string> words;
};

std::vector<Damage> damages() {
  const auto text = [](const std::string& format) { return npy_header("|S3", "()") + format; };
  return {
      {"no format", csr_members, "format.npy", "", {"no sparse matrix", "'data.npy', 'ind"}},
      {"no shape", csr_members, "shape.npy", "", {"no sparse matrix"}},
      {"no data", csr_members, "data.npy", "", {"no sparse matrix"}},
      {"no indices", csr_members, "indices.npy", "", {"indices.npy", "No such file"}},
      {"no indptr", csr_members, "indptr.npy", "", {"indptr.npy", "No such file"}},
      {"no row", coo_members, "row.npy", "", {"row.npy", "No such file"}},
      {"bsr", csr_members, "format.npy", text("bsr"), {"format bsr", "tocsr()"}},
      {"dia", csr_members, "format.npy", text("dia"), {"format dia", "tocsr()"}},
      {"strange format", csr_members, "format.npy", text("xyz"), {"unknown format"}},
      {"long format", csr_members, "format.npy", text(std::string(300, 'c')), {"not a short"}},
      {"one dimension", csr_members, "shape.npy", npy_array("<i8", {12}), {"1 dimensions"}},
      {"no rows", csr_members, "shape.npy", npy_array("<i8", {0, 4}), {"empty (0x4)"}},
      {"negative rows", csr_members, "shape.npy", npy_array("<i8", {-3, 4}), {"-3x4"}},
      {"too many places", csr_members, "shape.npy", npy_array("<i8", {4e18, 4}), {"64-bit"}},
      {"shape of fractions", csr_members, "shape.npy", npy_array("<f8", {3, 4}), {"whole numbers"}},
      {"bool data", csr_members, "data.npy", npy_header("|b1", "(4,)") + "\1\1\1\1", {"bool"}},
      {"square data",
       csr_members,
       "data.npy",
       npy_header("<f4", "(2, 2)") + std::string(16, 0),
       {"1 dimension", "2x2"}},
      {"short data",
       csr_members,
       "data.npy",
       npy_header("<f4", "(4,)") + "abc",
       {"144 bytes", "131"}},
      {"data no array", csr_members, "data.npy", "hello", {"data.npy", "not a NumPy"}},
      {"data header cut",
       csr_members,
       "data.npy",
       npy_header("<f4", "(4,)").substr(0, 40),
       {"data.npy", "ends within"}},
      {"fewer values", csr_members, "data.npy", npy_array("<f4", {1, 2, 3}), {"4 elements"}},
      {"fractions as indices",
       csr_members,
       "indices.npy",
       npy_array("<f4", {1, 3, 0, 2}),
       {"must hold integers"}},
      {"index too large",
       csr_members,
       "indices.npy",
       npy_array("<i4", {1, 4, 0, 2}),
       {"element 1 is 4", "between 0 and 3"}},
      {"negative index",
       csr_members,
       "indices.npy",
       npy_array("<i4", {1, 3, -1, 2}),
       {"element 2 is -1"}},
      {"index beyond 63 bits",
       csr_members,
       "indices.npy",
       npy_array("<u8", {1, 3, 1.8e19, 2}),
       {"element 2 is -"}},
      {"row too large", coo_members, "row.npy", npy_array("<i4", {2, 0, 3, 2}), {"element 2 is 3"}},
      {"row of a column",
       csc_members,
       "indices.npy",
       npy_array("<i4", {2, 0, 3, 0}),
       {"element 2 is 3", "between 0 and 2"}},
      {"indptr from 1", csr_members, "indptr.npy", npy_array("<i4", {1, 2, 2, 4}), {"must be 0"}},
      {"indptr falls",
       csr_members,
       "indptr.npy",
       npy_array("<i4", {0, 2, 1, 4}),
       {"element 2 is 1"}},
      {"indptr too large",
       csr_members,
       "indptr.npy",
       npy_array("<i4", {0, 2, 9, 4}),
       {"element 2 is 9"}},
      {"indptr too small",
       csr_members,
       "indptr.npy",
       npy_array("<i4", {0, 2, 2, 3}),
       {"last element is 3", "4 entries"}},
      {"indptr too short",
       csr_members,
       "indptr.npy",
       npy_array("<i4", {0, 2, 4}),
       {"has 3 elements", "must have 4"}},
  };
}

void expect_refused(const std::string& path, std::vector<std::string> words) {
  words.push_back(path);
  expect_agreed_error(ExitCode::input, words, [&] {
    const auto source = open_npz({path, ""}, test_world(), 2);
    static_cast<void>(source->read_entries_float32(test_world()));
  });
  test_world().barrier();  // before the file is replaced
}

TEST(NpzSource, RefusesEveryDamageToAMemberOnAllProcessesAlike) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "damaged.npz";
  for (const Damage& damage : damages()) {
    SCOPED_TRACE(damage.name);
    on_process_0(test_world(), [&] {
      Members members = damage.good("<f4", "<i4");
      members[damage.member] = damage.content;
      std::erase_if(members, [](const auto& member) { return member.second.empty(); });
      write_archive(path, members, true);
    });
    expect_refused(path, damage.words);
  }
}

TEST(NpzSource, RefusesADamagedArchive) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "damaged.npz";
  const std::string good_path = folder.path() / "good.npz";
  on_process_0(test_world(), [&] {
    Members members = csr_members("<f4", "<i4");
    write_archive(good_path, members, false);
  });
  const std::string good = content_of(good_path);
  const auto expect_content_refused = [&](const std::string& content,
                                          const std::vector<std::string>& words) {
    on_process_0(test_world(), [&] { write_file(path, content); });
    expect_refused(path, words);
  };
  expect_content_refused("", {"damaged or incomplete"});
  expect_content_refused("nothing like an archive", {"damaged or incomplete"});
  expect_content_refused(good.substr(0, good.size() / 2), {"damaged or incomplete"});
  expect_content_refused(good.substr(0, good.size() - 10), {"damaged or incomplete"});

  std::string changed = good;
  const std::string values = testing::stored_number("<f4", 5) + testing::stored_number("<f4", 1);
  changed[changed.find(values)] = 9;
  expect_content_refused(changed, {"data.npy", "CRC"});
}

TEST(NpzSource, RefusesDenseArraysAndDatasets) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "dense.npz";
  on_process_0(test_world(), [&] {
    write_archive(path, {{"arr_0.npy", npy_array("<f4", {1, 2})}}, false);
  });
  expect_refused(path, {"arr_0.npy", "np.save"});
  expect_agreed_error(ExitCode::usage, {"--dataset"}, [&] {
    static_cast<void>(open_npz({path, "/X"}, test_world()));
  });
  expect_agreed_error(ExitCode::io, {"No such file"}, [&] {
    static_cast<void>(open_npz({path + "absent", ""}, test_world()));
  });
}

}  // namespace
}  // namespace tessera::io
