#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tessera/config/rating_import_options.hpp"
#include "tessera/io/text_line.hpp"

/// Lines of fields, such as ratings.
namespace tessera::ingest {

/// Splits a line into its fields, without blanks around them. Fields may stand in double quotes
/// where a comma or a semicolon separates them, and only there: titles begin with quotes, too.
/// @pre delimiter is not automatic. @throws io::LineError for quotes that do not end.
void split_fields(const io::TextLine& line, Delimiter delimiter,
                  std::vector<std::string_view>& fields);

/// The text of a field, without its quotes where there may be some.
[[nodiscard]] std::string field_text(std::string_view field, Delimiter delimiter);

/// Which delimiter cuts all lines into equally many fields, two or more: of several the first of
/// "::", tab, pipe, semicolon, comma and blanks; automatic if none does.
[[nodiscard]] Delimiter find_delimiter(const std::vector<io::TextLine>& lines);

/// What the first lines of a file tell.
struct DelimitedLayout {
  Delimiter delimiter = Delimiter::automatic;
  Index fields = 0;            ///< of each line
  Index lines_before = 0;      ///< to be skipped: comments, blank lines and the header
  std::vector<Index> columns;  ///< from 0, one for each that was asked for
};

/// Whether a line has fields, or is to be skipped.
[[nodiscard]] bool has_fields(const DelimitedLayout& layout, const io::TextLine& line);

/// Splits a line. @throws io::LineError unless it has as many fields as the first.
void split_line(const DelimitedLayout& layout, const io::TextLine& line,
                std::vector<std::string_view>& fields);

/// The text of one of the columns asked for. @throws io::LineError if it is empty, or not UTF-8.
[[nodiscard]] std::string id_of(const DelimitedLayout& layout, const io::TextLine& line,
                                const std::vector<std::string_view>& fields, std::size_t column,
                                std::string_view what);

}  // namespace tessera::ingest
