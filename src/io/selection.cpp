#include "tessera/io/selection.hpp"

#include <utility>

#include "tessera/config/range_text.hpp"

namespace tessera::io {
namespace {

Range shifted(Range range, Index offset) { return {range.begin + offset, range.end + offset}; }

}  // namespace

Rectangle Selection::in_file(const Rectangle& of_a) const {
  const auto& [rows, columns] = of_a;
  return {shifted(transpose ? columns : rows, file.rows.begin),
          shifted(transpose ? rows : columns, file.columns.begin)};
}

std::optional<Index> Selection::position_in_a(Index file_position) const {
  const Index file_row = file_position / file_columns;
  const Index file_column = file_position % file_columns;
  if (!file.rows.contains(file_row) || !file.columns.contains(file_column)) {
    return std::nullopt;
  }
  Index row = file_row - file.rows.begin;
  Index column = file_column - file.columns.begin;
  if (transpose) {
    std::swap(row, column);
  }
  return row * n() + column;
}

Selection make_selection(const InputOptions& input, Index file_rows, Index file_columns) {
  const Range rows = config::parse_range(input.rows, input.transpose ? file_columns : file_rows);
  const Range columns =
      config::parse_range(input.columns, input.transpose ? file_rows : file_columns);
  Selection selection;
  selection.transpose = input.transpose;
  selection.file_columns = file_columns;
  selection.file = input.transpose ? Rectangle{columns, rows} : Rectangle{rows, columns};
  return selection;
}

}  // namespace tessera::io
