#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tessera/io/text_line.hpp"

/// Tables in text: rows are lines, fields are separated by a comma, a tab or a semicolon. A field
/// may stand in double quotes, within which "" is a quote; it cannot hold a line end.
namespace tessera::io {

/// What the first two lines of a table tell.
struct CsvLayout {
  char delimiter = ',';
  bool has_header = false;     ///< the first line names the columns
  bool has_row_names = false;  ///< the first field of each line names the row
  bool has_corner = false;     ///< the header has a field above the row names
  Index fields = 0;            ///< of each line below the header, with the row's name

  /// Columns of numbers.
  [[nodiscard]] Index columns() const { return fields - (has_row_names ? 1 : 0); }
};

/// Lines before the table: blank, or comments that begin with #.
[[nodiscard]] bool is_before_table(std::string_view line);

/// Splits a line into its fields, without blanks around them and with their quotes.
/// @throws LineError if a quoted field does not end, or is followed by more than a delimiter.
void split_csv(const TextLine& line, char delimiter, std::vector<std::string_view>& fields);

/// The text of a field without its quotes.
[[nodiscard]] std::string unquote(std::string_view field);

/// Finds out the layout from the first two lines of a table. `second` is empty if there is only
/// one.
/// - The delimiter is the one that occurs most in the second line.
/// - Rows have names if the first field of the second line is no number.
/// - The first line is a header if a field of it that names no row is no number, or if its first
///   field is empty, or if it is one field shorter than the second, as R writes it; in the last two
///   cases rows have names, even if they are numbers.
/// @throws LineError if the lines contradict each other or there is no column of numbers.
[[nodiscard]] CsvLayout detect_csv(const TextLine& first, const TextLine& second);

/// Appends the numbers of a line of the table to `values`. `fields` is memory to reuse.
/// @throws LineError if the number of fields is not that of the layout, or one is not a number.
void parse_csv_row(const CsvLayout& layout, const TextLine& line,
                   std::vector<std::string_view>& fields, std::vector<double>& values);

/// The name in a line of the table. @pre layout.has_row_names
[[nodiscard]] std::string parse_row_name(const CsvLayout& layout, const TextLine& line);

/// The names of the columns. @pre layout.has_header
[[nodiscard]] std::vector<std::string> parse_column_names(const CsvLayout& layout,
                                                          const TextLine& line);

}  // namespace tessera::io
