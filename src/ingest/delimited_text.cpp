#include "tessera/ingest/delimited_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tessera/core/utf8.hpp"
#include "tessera/io/parse_csv.hpp"

namespace tessera::ingest {
namespace {

using io::LineError;
using io::TextLine;

bool may_quote(Delimiter delimiter) {
  return delimiter == Delimiter::comma || delimiter == Delimiter::semicolon;
}

std::string_view text_of(Delimiter delimiter) {
  switch (delimiter) {
    case Delimiter::tab:
      return "\t";
    case Delimiter::comma:
      return ",";
    case Delimiter::semicolon:
      return ";";
    case Delimiter::pipe:
      return "|";
    case Delimiter::double_colon:
      return "::";
    case Delimiter::blanks:
    case Delimiter::automatic:
      break;
  }
  return " ";
}

void split_at_blanks(std::string_view text, std::vector<std::string_view>& fields) {
  for (text = io::trim(text); !text.empty(); text = io::trim(text)) {
    const std::size_t length = std::min(text.find_first_of(" \t"), text.size());
    fields.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
}

void split_at(std::string_view text, std::string_view delimiter,
              std::vector<std::string_view>& fields) {
  while (true) {
    const std::size_t length = std::min(text.find(delimiter), text.size());
    fields.push_back(io::trim(text.substr(0, length)));
    if (length == text.size()) {
      return;
    }
    text.remove_prefix(length + delimiter.size());
  }
}

/// Fields of a line; 0 if it cannot be split.
std::size_t count_fields(const TextLine& line, Delimiter delimiter) {
  std::vector<std::string_view> fields;
  try {
    split_fields(line, delimiter, fields);
  } catch (const LineError&) {
    return 0;
  }
  return fields.size();
}

}  // namespace

void split_fields(const TextLine& line, Delimiter delimiter,
                  std::vector<std::string_view>& fields) {
  fields.clear();
  if (may_quote(delimiter)) {
    io::split_csv(line, text_of(delimiter).front(), fields);
  } else if (delimiter == Delimiter::blanks) {
    split_at_blanks(line.text, fields);
  } else {
    split_at(line.text, text_of(delimiter), fields);
  }
}

std::string field_text(std::string_view field, Delimiter delimiter) {
  return may_quote(delimiter) ? io::unquote(field) : std::string(field);
}

Delimiter find_delimiter(const std::vector<TextLine>& lines) {
  constexpr std::array kByPrecedence = {Delimiter::double_colon, Delimiter::tab,
                                        Delimiter::pipe,         Delimiter::semicolon,
                                        Delimiter::comma,        Delimiter::blanks};
  const auto fits = [&](Delimiter delimiter) {
    const std::size_t fields = count_fields(lines.front(), delimiter);
    return fields >= 2 && std::ranges::all_of(lines, [&](const TextLine& line) {
             return count_fields(line, delimiter) == fields;
           });
  };
  const auto found = std::ranges::find_if(kByPrecedence, fits);
  return found == kByPrecedence.end() ? Delimiter::automatic : *found;
}

bool has_fields(const DelimitedLayout& layout, const TextLine& line) {
  return line.number > layout.lines_before && !io::is_blank(line.text);
}

void split_line(const DelimitedLayout& layout, const TextLine& line,
                std::vector<std::string_view>& fields) {
  split_fields(line, layout.delimiter, fields);
  if (std::ssize(fields) != layout.fields) {
    throw LineError(line.number, fmt::format("there are {} fields, but {} in the first line, in {}",
                                             fields.size(), layout.fields, io::excerpt(line.text)));
  }
}

std::string id_of(const DelimitedLayout& layout, const TextLine& line,
                  const std::vector<std::string_view>& fields, std::size_t column,
                  std::string_view what) {
  std::string id =
      field_text(fields[static_cast<std::size_t>(layout.columns[column])], layout.delimiter);
  if (id.empty()) {
    throw LineError(line.number, fmt::format("{} is empty, in {}", what, io::excerpt(line.text)));
  }
  if (!is_utf8(id)) {
    throw LineError(line.number,
                    fmt::format("{} {} is not UTF-8. Convert the file, for example with iconv -f "
                                "latin1 -t utf8",
                                what, io::excerpt(id)));
  }
  return id;
}

}  // namespace tessera::ingest
