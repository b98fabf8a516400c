#include "tessera/io/parse_csv.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "tessera/io/text_fields.hpp"

namespace tessera::io {
namespace {

/// The beginning of the text up to the end of a quoted field, quotes included; nothing if it does
/// not end. @pre text begins with a quote.
std::optional<std::size_t> quoted_length(std::string_view text) {
  std::size_t at = 1;
  while (at < text.size()) {
    if (text[at] != '"') {
      ++at;
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      at += 2;
    } else {
      return at + 1;
    }
  }
  return std::nullopt;
}

/// Where the first field of the text ends.
std::size_t field_length(const TextLine& line, std::string_view text, char delimiter) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos || text[first] != '"') {
    return std::min(text.find(delimiter), text.size());
  }
  const std::optional<std::size_t> length = quoted_length(text.substr(first));
  if (!length) {
    throw LineError(line.number,
                    "a quoted field does not end on its line: " + excerpt(text.substr(first)) +
                        ". Fields with line ends are not supported");
  }
  const std::size_t quoted_end = first + *length;
  const std::size_t end = std::min(text.find(delimiter, quoted_end), text.size());
  if (!is_blank(text.substr(quoted_end, end - quoted_end))) {
    throw LineError(line.number, "there is text behind the quoted field " +
                                     excerpt(text.substr(first, end - first)));
  }
  return end;
}

/// A number, or one of the texts for a missing value.
std::optional<double> to_csv_number(std::string_view field) {
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
    field = trim(field.substr(1, field.size() - 2));
  }
  if (field == "NA" || field == "N/A") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return to_real(field);
}

bool is_number(std::string_view field) { return to_csv_number(field).has_value(); }

/// Occurrences outside of quotes.
Index count_delimiter(std::string_view text, char delimiter) {
  Index count = 0;
  bool quoted = false;
  for (const char character : text) {
    quoted = quoted != (character == '"');
    count += !quoted && character == delimiter ? 1 : 0;
  }
  return count;
}

char find_delimiter(std::string_view line) {
  constexpr std::array<char, 3> kDelimiters = {'\t', ',', ';'};
  return *std::ranges::max_element(
      kDelimiters, {}, [&](char delimiter) { return count_delimiter(line, delimiter); });
}

std::string plural(std::size_t fields) {
  return std::to_string(fields) + (fields == 1 ? " field" : " fields");
}

bool names_columns(const std::vector<std::string_view>& fields, bool has_row_names) {
  return !std::all_of(fields.begin() + (has_row_names ? 1 : 0), fields.end(), is_number);
}

}  // namespace

bool is_before_table(std::string_view line) {
  const std::string_view text = trim(line);
  return text.empty() || text.starts_with('#');
}

void split_csv(const TextLine& line, char delimiter, std::vector<std::string_view>& fields) {
  fields.clear();
  std::string_view rest = line.text;
  while (true) {
    const std::size_t length = field_length(line, rest, delimiter);
    fields.push_back(trim(rest.substr(0, length)));
    if (length == rest.size()) {
      return;
    }
    rest.remove_prefix(length + 1);
  }
}

std::string unquote(std::string_view field) {
  if (field.size() < 2 || field.front() != '"' || field.back() != '"') {
    return std::string(field);
  }
  const std::string_view inner = field.substr(1, field.size() - 2);
  std::string text;
  for (std::size_t at = 0; at < inner.size(); ++at) {
    text += inner[at];
    at += inner.substr(at).starts_with("\"\"") ? 1 : 0;
  }
  return text;
}

CsvLayout detect_csv(const TextLine& first, const TextLine& second) {
  const bool two_lines = !second.text.empty();
  const TextLine& data = two_lines ? second : first;
  CsvLayout layout;
  layout.delimiter = find_delimiter(data.text);
  std::vector<std::string_view> top;
  std::vector<std::string_view> below;
  split_csv(first, layout.delimiter, top);
  split_csv(data, layout.delimiter, below);

  const bool shorter = top.size() + 1 == below.size();
  const bool empty_corner = two_lines && top.size() == below.size() && unquote(top[0]).empty();
  layout.has_row_names = shorter || empty_corner || !is_number(below[0]);
  layout.has_header =
      two_lines && (shorter || empty_corner || names_columns(top, layout.has_row_names));
  layout.has_corner = layout.has_row_names && !shorter;
  layout.fields = std::ssize(below);
  if (!shorter && top.size() != below.size()) {
    throw LineError(second.number, "the line has " + plural(below.size()) + ", but line " +
                                       std::to_string(first.number) + " has " + plural(top.size()));
  }
  if (layout.columns() == 0) {
    throw LineError(data.number, "there is no column of numbers, in " + excerpt(data.text));
  }
  return layout;
}

void parse_csv_row(const CsvLayout& layout, const TextLine& line,
                   std::vector<std::string_view>& fields, std::vector<double>& values) {
  split_csv(line, layout.delimiter, fields);
  if (std::ssize(fields) != layout.fields) {
    throw LineError(line.number, "the line has " + plural(fields.size()) +
                                     ", but the first row has " + std::to_string(layout.fields) +
                                     ", in " + excerpt(line.text));
  }
  for (std::size_t at = layout.has_row_names ? 1 : 0; at < fields.size(); ++at) {
    const std::optional<double> value = to_csv_number(fields[at]);
    if (!value) {
      const std::string where = "field " + std::to_string(at + 1);
      throw LineError(line.number,
                      fields[at].empty()
                          ? where + " is empty. Fill in missing values or write NaN for them"
                          : where + ", " + excerpt(fields[at]) + ", is not a number");
    }
    values.push_back(*value);
  }
}

std::string parse_row_name(const CsvLayout& layout, const TextLine& line) {
  return unquote(trim(line.text.substr(0, field_length(line, line.text, layout.delimiter))));
}

std::vector<std::string> parse_column_names(const CsvLayout& layout, const TextLine& line) {
  std::vector<std::string_view> fields;
  split_csv(line, layout.delimiter, fields);
  std::vector<std::string> names;
  for (std::size_t at = layout.has_corner ? 1 : 0; at < fields.size(); ++at) {
    names.push_back(unquote(fields[at]));
  }
  return names;
}

}  // namespace tessera::io
