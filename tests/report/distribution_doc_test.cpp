#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
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

std::string text_of(Range range) { return fmt::format("[{}, {})", range.begin, range.end); }

template <class... Cells>
std::string table_row(const Cells&... cells) {
  return fmt::format("|{}", (fmt::format(" {} |", cells) + ...));
}

TEST(DistributionPage, TableOfIndicesIsWhatTheCodeDoes) {
  const Distribution distribution(7, 10, 2, 3);
  std::vector<std::string> expected;
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 3; ++j) {
      expected.push_back(
          table_row(3 * i + j, fmt::format("({}, {})", i, j), text_of(distribution.row_block(i)),
                    text_of(distribution.column_block(j)), text_of(distribution.w_piece(i, j)),
                    text_of(distribution.h_piece(i, j))));
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
    EXPECT_EQ(row, table_row(m, n, mpi::choose_grid_shape(m, n, 6).to_string(),
                             mpi::choose_grid_shape(m, n, 16).to_string()));
  }
}

}  // namespace
}  // namespace tessera
