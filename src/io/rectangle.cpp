#include "tessera/io/rectangle.hpp"

#include <algorithm>

namespace tessera::io {

std::vector<Rectangle> cut(const Rectangle& whole, Granule granule, Index limit) {
  if (whole.empty()) {
    return {};
  }
  const Index across = (whole.columns.size() + granule.columns - 1) / granule.columns;
  const Index fitting = std::max<Index>(1, limit / (granule.rows * granule.columns));
  const Index column_step = granule.columns * std::min(across, fitting);
  const Index row_step = granule.rows * std::max<Index>(1, fitting / across);

  std::vector<Rectangle> pieces;
  for (Index row = whole.rows.begin; row < whole.rows.end; row += row_step) {
    const Range rows{row, std::min(row + row_step, whole.rows.end)};
    for (Index column = whole.columns.begin; column < whole.columns.end; column += column_step) {
      pieces.push_back({rows, {column, std::min(column + column_step, whole.columns.end)}});
    }
  }
  return pieces;
}

}  // namespace tessera::io
