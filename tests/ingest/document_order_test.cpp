#include "tessera/ingest/document_order.hpp"

#include <numeric>

#include "tessera/ingest/document_names.hpp"

#include "mpi_test.hpp"

namespace tessera::ingest {
namespace {

using testing::test_world;

constexpr Index kDocuments = 23;

/// Document d holds the columns below d % 5, with values d + column.
io::SparseRows<double> rows_of(const std::vector<Index>& documents) {
  io::SparseRows<double> rows;
  rows.offsets = {0};
  for (const Index document : documents) {
    for (Index column = 0; column < document % 5; ++column) {
      rows.columns.push_back(static_cast<std::int32_t>(column));
      rows.values.push_back(static_cast<double>(document + column));
    }
    rows.offsets.push_back(std::ssize(rows.values));
  }
  return rows;
}

/// Runs of `length` documents, dealt in turn, whose orders have gaps.
std::vector<DocumentRun> deal_runs(Index length) {
  std::vector<DocumentRun> own;
  for (Index begin = 0, run = 0; begin < kDocuments; begin += length, ++run) {
    if (run % test_world().size() == test_world().rank()) {
      own.push_back({10 * run, std::min(length, kDocuments - begin)});
      own.push_back({10 * run + 5, 0});
    }
  }
  return own;
}

void expect_blocks_of_all(const io::SparseRows<double>& rows) {
  std::vector<Index> documents(static_cast<std::size_t>(rows.rows.size()));
  std::iota(documents.begin(), documents.end(), rows.rows.begin);
  const auto expected = rows_of(documents);
  EXPECT_EQ(rows.offsets, expected.offsets);
  EXPECT_EQ(rows.columns, expected.columns);
  EXPECT_EQ(rows.values, expected.values);
  EXPECT_EQ(test_world().sum(rows.rows.size()), kDocuments);
  EXPECT_TRUE(test_world().rank() > 0 || rows.rows.begin == 0);
}

TEST(DocumentOrder, RowsComeToConsecutiveBlocks) {
  for (const Index length : {1, 2, 5, 23}) {
    const DocumentOrder order(deal_runs(length), test_world());
    EXPECT_EQ(order.documents(), kDocuments);
    const bool in_order = test_world().size() == 1 || length * test_world().size() >= kDocuments;
    EXPECT_EQ(order.is_consecutive(), in_order) << length;
    expect_blocks_of_all(to_consecutive(rows_of(order.own()), order, test_world()));
  }
}

TEST(DocumentNames, ComeTogetherInOrder) {
  const DocumentOrder order(deal_runs(2), test_world());
  DocumentNames own;
  for (const Index document : order.own()) {
    own.add_name(document == 3 ? "caf\xe9" : std::string("d").append(std::to_string(document)));
    const std::string label = document % 2 == 0 ? "even" : "Odd";
    own.add_label(document == 4 ? std::nullopt : std::optional<std::string_view>(label));
  }
  const auto names = own.gather_names(order, test_world());
  const auto labels = own.gather_labels(order, test_world());
  if (test_world().rank() != 0) {
    EXPECT_TRUE(names.empty());
    EXPECT_TRUE(labels.empty());
    return;
  }
  ASSERT_EQ(std::ssize(names), kDocuments);
  EXPECT_EQ(names[22], "d22");
  EXPECT_EQ(names[3], "caf\ufffd");
  EXPECT_EQ(labels.categories, (std::vector<std::string>{"Odd", "even"}));
  for (Index document = 0; document < kDocuments; ++document) {
    EXPECT_EQ(labels.codes[static_cast<std::size_t>(document)], document == 4       ? -1
                                                                : document % 2 == 0 ? 1
                                                                                    : 0);
  }
}

}  // namespace
}  // namespace tessera::ingest
