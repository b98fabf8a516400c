#pragma once

#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::io {

/// All entries of some rows and columns, global: a block, a slab, a tile.
struct Rectangle {
  Range rows;
  Range columns;

  [[nodiscard]] constexpr Index size() const { return rows.size() * columns.size(); }
  [[nodiscard]] constexpr bool empty() const { return rows.empty() || columns.empty(); }
  friend constexpr bool operator==(const Rectangle&, const Rectangle&) = default;
};

[[nodiscard]] constexpr Rectangle intersect(const Rectangle& a, const Rectangle& b) {
  return {intersect(a.rows, b.rows), intersect(a.columns, b.columns)};
}

/// What must stay together when a rectangle is cut: a chunk of the file, or a single entry.
struct Granule {
  Index rows = 1;
  Index columns = 1;
};

/// Cuts a rectangle into pieces of at most `limit` entries, or one granule where that is larger,
/// in row-major order. Each piece is either some full rows of the rectangle or a part of one row
/// of granules, so with single entries as granules every piece is one run of row-major memory.
/// @pre the rectangle begins at a granule's corner; limit >= 1.
[[nodiscard]] std::vector<Rectangle> cut(const Rectangle& whole, Granule granule, Index limit);

}  // namespace tessera::io
