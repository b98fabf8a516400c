#include "tessera/io/parse_coordinate.hpp"

#include <limits>

#include "tessera/io/text_fields.hpp"

namespace tessera::io {
namespace {

Index next_place(FieldReader& fields, const char* what, Index bound) {
  const Index place = fields.next_index(what);
  if (place < 1 || place > bound) {
    fields.fail(std::string(what) + " " + std::to_string(place) + " is not within 1 to " +
                std::to_string(bound) + ", as the header says");
  }
  return place - 1;
}

}  // namespace

Coordinate parse_coordinate(const CoordinateRule& rule, const TextLine& line) {
  FieldReader fields(line);
  Coordinate entry;
  entry.row = next_place(fields, "the row", rule.rows);
  entry.column = next_place(fields, "the column", rule.columns);
  if (rule.value == ValueField::integer) {
    entry.value = static_cast<double>(fields.next_index("the value"));
  } else if (rule.value == ValueField::real) {
    entry.value = fields.next_real("the value");
  }
  fields.expect_end();
  return entry;
}

void require_addressable(Index rows, Index columns, const TextLine& line) {
  const std::string shape = std::to_string(rows) + "x" + std::to_string(columns);
  if (rows < 1 || columns < 1) {
    throw LineError(line.number, "a matrix of " + shape + " has no entries");
  }
  if (columns > std::numeric_limits<Index>::max() / rows) {
    throw LineError(line.number,
                    "a matrix of " + shape + " has more entries than 63 bits can number");
  }
}

}  // namespace tessera::io
