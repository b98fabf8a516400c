#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/io/text_line.hpp"

namespace tessera::ingest {

/// How a table is written: as RFC 4180 says, but for the delimiter, or without quotes.
struct CsvDialect {
  char delimiter = ',';
  bool quotes = true;  ///< a field in double quotes may hold delimiters and line ends, and "" is "
};

/// Reads the rows of a table from text one by one. Blank lines are no rows. Other than the tables
/// of numbers of io/parse_csv, rows may reach over lines, and blanks belong to the fields.
class CsvRecords {
 public:
  /// @param rows complete rows. They must outlive this.
  CsvRecords(const io::TextChunk& rows, CsvDialect dialect);

  /// Reads the next row; false at the end.
  /// @throws io::LineError with the row's first line if a quoted field does not end, more than a
  /// delimiter follows it, or a quote stands within another field.
  bool next();

  /// The fields of the row without their quotes, valid until the next one is read.
  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }
  /// Number of the line with which the row begins.
  [[nodiscard]] Index line() const { return line_; }

 private:
  [[nodiscard]] bool skip_blank_lines();
  void take_field();
  [[nodiscard]] std::string_view take_quoted();
  [[nodiscard]] std::string_view take_plain();

  std::string_view rest_;
  CsvDialect dialect_;
  Index line_ = 0;       ///< of the row
  Index next_line_ = 1;  ///< that rest_ begins with
  bool row_ended_ = false;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;  ///< fields that had doubled quotes
};

/// The one of comma, semicolon and tab that occurs most outside of quotes in the first row.
[[nodiscard]] char find_delimiter(std::string_view text);

}  // namespace tessera::ingest
