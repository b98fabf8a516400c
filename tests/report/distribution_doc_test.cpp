#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera {
namespace {

std::vector<std::string> page_lines() {
  std::ifstream page(TESSERA_DISTRIBUTION_PAGE);
  std::vector<std::string> lines;
  for (std::string line; std::getline(page, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// The rows of the first table whose head starts with this text.
std::vector<std::string> table_rows(const std::string& head) {
  std::vector<std::string> rows;
  bool inside = false;
  for (const auto& line : page_lines()) {
    inside = (inside || line.starts_with(head)) && line.starts_with("|");
    if (inside) {
      rows.push_back(line);
    }
  }
  rows.erase(rows.begin(), rows.begin() + std::min<std::ptrdiff_t>(2, std::ssize(rows)));
  return rows;
}

std::string text_of(Range range) {
  return "[" + std::to_string(range.begin) + ", " + std::to_string(range.end) + ")";
}

std::string table_row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const auto& cell : cells) {
    row += " " + cell + " |";
  }
  return row;
}

TEST(DistributionPage, TableOfIndicesIsWhatTheCodeDoes) {
  const Distribution distribution(7, 10, 2, 3);
  std::vector<std::string> expected;
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 3; ++j) {
      expected.push_back(table_row(
          {std::to_string(3 * i + j), "(" + std::to_string(i) + ", " + std::to_string(j) + ")",
           text_of(distribution.row_block(i)), text_of(distribution.column_block(j)),
           text_of(distribution.w_piece(i, j)), text_of(distribution.h_piece(i, j))}));
    }
  }
  EXPECT_EQ(table_rows("| process |"), expected);
}

TEST(DistributionPage, TableOfGridsIsWhatTheCodeChooses) {
  const auto rows = table_rows("| m | n |");
  EXPECT_FALSE(rows.empty());
  for (const auto& row : rows) {
    std::istringstream stream(row);
    std::string bar;
    Index m = 0;
    Index n = 0;
    stream >> bar >> m >> bar >> n;
    EXPECT_EQ(row, table_row({std::to_string(m), std::to_string(n),
                              mpi::choose_grid_shape(m, n, 6).to_string(),
                              mpi::choose_grid_shape(m, n, 16).to_string()}));
  }
}

}  // namespace
}  // namespace tessera
