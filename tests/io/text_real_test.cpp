#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tessera/io/csv.hpp"
#include "tessera/io/docword.hpp"
#include "tessera/io/edge_list.hpp"
#include "tessera/io/matrix_market.hpp"
#include "tessera/io/text_format.hpp"

#include "text_fixture.hpp"

/// Files that others have written. They are not part of the project: see data_folder().
namespace tessera::io {
namespace {

using testing::test_world;

class RealText : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = testing::data_folder();
    if (!folder) {
      GTEST_SKIP() << "set TESSERA_DATA to the folder with the data sets";
    }
    folder_ = *folder;
  }
  [[nodiscard]] InputOptions input(const char* name) const {
    return {(folder_ / name).string(), ""};
  }

 private:
  std::filesystem::path folder_;
};

void expect_entries(const MatrixSource& source, Index rows, Index columns, Index entries) {
  EXPECT_EQ(source.description().rows, rows);
  EXPECT_EQ(source.description().columns, columns);
  const auto& sparse = dynamic_cast<const SparseSource&>(source);
  EXPECT_EQ(test_world().sum(sparse.read_entries_float32(test_world()).size()), entries);
}

TEST_F(RealText, MatrixMarket) {
  expect_entries(*open_matrix_market(input("text/classic4.mtx.gz"), test_world()), 7094, 41681,
                 223839);
  expect_entries(*open_matrix_market(input("graphs/karate.mtx"), test_world()), 34, 34, 2 * 78);
  expect_entries(*open_matrix_market(input("graphs/cora_adjacency.mtx.gz"), test_world()), 2708,
                 2708, 10556);
  expect_entries(*open_matrix_market(input("graphs/cora_words.mtx.gz"), test_world()), 2708, 1433,
                 49216);
}

TEST_F(RealText, BagOfWords) {
  expect_entries(*open_docword(input("text/docword.kos.txt.gz"), test_world()), 3430, 6906, 353160);
}

TEST_F(RealText, EdgeLists) {
  const auto open = [&](const char* name, EdgeDirection direction) {
    return open_edge_list(input(name), direction, test_world());
  };
  expect_entries(*open("graphs/slashdot0902.txt.gz", EdgeDirection::as_written), 82168, 82168,
                 948464);
  expect_entries(*open("graphs/facebook.txt.gz", EdgeDirection::both), 4039, 4039, 2 * 88234);
  expect_entries(*open("graphs/email_eu_core.txt", EdgeDirection::as_written), 1005, 1005, 25571);
}

TEST_F(RealText, TableWithNames) {
  const auto source = open_csv(input("genes/all_aml.tsv.gz"), test_world());
  const Matrix<double> values = testing::read_all_values(*source, test_world());
  EXPECT_EQ(values.rows(), 5000);
  EXPECT_EQ(values.columns(), 38);
  EXPECT_EQ(values(0, 0), 1080);
  EXPECT_EQ(values(3, 1), 2989);
  const MatrixNames names = source->read_names(test_world());
  if (test_world().rank() == 0) {
    EXPECT_EQ(names.columns.front(), "ALL_19769_B-cell");
    EXPECT_EQ(names.columns.size(), 38U);
    EXPECT_EQ(names.rows.size(), 5000U);
    EXPECT_EQ(names.rows.front(), "g1");
  }
}

TEST_F(RealText, TableWithoutNames) {
  const auto source = open_csv(input("genes/brca21.csv"), test_world());
  const Matrix<double> values = testing::read_all_values(*source, test_world());
  EXPECT_EQ(values.rows(), 96);
  EXPECT_EQ(values.columns(), 21);
  EXPECT_EQ(values(0, 0), 31);
  EXPECT_EQ(values(1, 20), 43);
}

TEST_F(RealText, IsRecognisedByItsFirstBytes) {
  const std::vector<std::pair<const char*, TextFormat>> files = {
      {"text/classic4.mtx.gz", TextFormat::matrix_market},
      {"graphs/karate.mtx", TextFormat::matrix_market},
      {"text/docword.kos.txt.gz", TextFormat::docword},
      {"graphs/slashdot0902.txt.gz", TextFormat::edge_list},
      {"graphs/email_eu_core.txt", TextFormat::edge_list},
      {"genes/all_aml.tsv.gz", TextFormat::csv},
      {"genes/brca21.csv", TextFormat::csv},
      {"faces/cbcl.npy", TextFormat::unknown}};
  for (const auto& [name, format] : files) {
    std::string head(4096, '\0');
    std::ifstream file(input(name).path, std::ios::binary);
    file.read(head.data(), std::ssize(head));
    head.resize(static_cast<std::size_t>(file.gcount()));
    EXPECT_EQ(recognise_text(head, name), format) << name;
    EXPECT_EQ(recognise_text(head, "unnamed"), format) << name;
  }
}

}  // namespace
}  // namespace tessera::io
