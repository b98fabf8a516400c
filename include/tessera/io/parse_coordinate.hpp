#pragma once

#include "tessera/io/text_line.hpp"

namespace tessera::io {

/// A stored entry; row and column 0-based.
struct Coordinate {
  Index row = 0;
  Index column = 0;
  double value = 1;

  friend bool operator==(const Coordinate&, const Coordinate&) = default;
};

/// What stands behind the row and the column.
enum class ValueField { none, integer, real };

/// What the lines of a file look like, by its header.
struct CoordinateRule {
  Index rows = 0;
  Index columns = 0;
  ValueField value = ValueField::real;
};

/// Parses "row column" or "row column value", 1-based, separated by blanks.
/// @throws LineError if the line is anything else or its place beyond rows × columns.
[[nodiscard]] Coordinate parse_coordinate(const CoordinateRule& rule, const TextLine& line);

/// @throws LineError unless rows and columns are at least 1 and rows · columns fits 63 bits, so
/// that a position of the matrix is an Index.
void require_addressable(Index rows, Index columns, const TextLine& line);

}  // namespace tessera::io
