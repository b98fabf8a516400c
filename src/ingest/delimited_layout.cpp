#include "tessera/ingest/delimited_layout.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/config/nearest.hpp"
#include "tessera/core/error.hpp"
#include "tessera/io/text_fields.hpp"

namespace tessera::ingest {
namespace {

using io::TextLine;

/// Lines that tell the delimiter.
constexpr std::size_t kLinesToLookAt = 20;

/// A line that outlives the file's buffer.
struct KeptLine {
  std::string text;
  Index number = 0;
};

bool is_comment(std::string_view text) { return text.starts_with('#') || text.starts_with('%'); }

/// The first lines with fields, of which comments can only come before.
std::vector<KeptLine> first_lines(const io::TextFile& file) {
  std::vector<KeptLine> lines;
  file.visit_lines([&](const TextLine& line) {
    const std::string_view text = io::trim(line.text);
    if (!text.empty() && !(lines.empty() && is_comment(text))) {
      lines.push_back({std::string(line.text), line.number});
    }
    return lines.size() < kLinesToLookAt;
  });
  if (lines.empty()) {
    throw InputError(fmt::format("'{}': there are no lines with data in the file", file.path()));
  }
  return lines;
}

std::vector<std::string> texts_of_line(const TextLine& line, Delimiter delimiter) {
  std::vector<std::string_view> fields;
  split_fields(line, delimiter, fields);
  std::vector<std::string> texts;
  texts.reserve(fields.size());
  for (const std::string_view field : fields) {
    texts.push_back(field_text(field, delimiter));
  }
  return texts;
}

/// From numbers, counted from 1. @throws InputError
std::vector<Index> columns_by_number(const io::TextFile& file, const DelimitedRequest& request,
                                     Index fields) {
  std::vector<Index> columns;
  for (const std::string& column : request.columns) {
    const Index number = io::to_index(column).value_or(0);
    if (number < 1 || number > fields) {
      throw InputError(
          fmt::format("'{}': there is no column {}, its lines have {} fields. Give {} with other "
                      "numbers, or say with --delimiter what stands between the fields",
                      file.path(), column, fields, request.option));
    }
    columns.push_back(number - 1);
  }
  return columns;
}

/// From names. @throws InputError that lists those there are.
std::vector<Index> columns_by_name(const io::TextFile& file, const DelimitedRequest& request,
                                   const std::vector<std::string>& header) {
  std::vector<Index> columns;
  for (const std::string& column : request.columns) {
    const auto found = std::ranges::find(header, column);
    if (found == header.end()) {
      const std::vector<std::string_view> names(header.begin(), header.end());
      throw InputError(fmt::format(
          "'{}': the first line names no column {}, but {}; did you mean {}? Without a header, "
          "give {} with numbers from 1",
          file.path(), io::excerpt(column), io::excerpt(fmt::format("{}", fmt::join(header, ", "))),
          io::excerpt(config::nearest(column, names)), request.option));
    }
    columns.push_back(found - header.begin());
  }
  return columns;
}

/// Whether the first line names the columns, where they are given by number.
bool first_is_header(const DelimitedLayout& layout, Index number_column,
                     const std::vector<KeptLine>& lines) {
  if (number_column < 0 || lines.size() < 2) {
    return false;
  }
  const auto is_number = [&](const KeptLine& line) {
    const auto texts = texts_of_line({line.text, line.number}, layout.delimiter);
    const auto column =
        static_cast<std::size_t>(layout.columns[static_cast<std::size_t>(number_column)]);
    return column < texts.size() && io::to_real(texts[column]).has_value();
  };
  return !is_number(lines[0]) && is_number(lines[1]);
}

Delimiter chosen_delimiter(const io::TextFile& file, Delimiter wanted,
                           const std::vector<KeptLine>& lines) {
  std::vector<TextLine> views;
  views.reserve(lines.size());
  for (const KeptLine& line : lines) {
    views.push_back({line.text, line.number});
  }
  const Delimiter found = wanted == Delimiter::automatic ? find_delimiter(views) : wanted;
  if (found == Delimiter::automatic) {
    throw InputError(
        fmt::format("'{}': no delimiter cuts its first lines into equally many fields, see line "
                    "{}: {}. Is it text with tabs, commas, semicolons, pipes, '::' or blanks?",
                    file.path(), lines.front().number, io::excerpt(lines.front().text)));
  }
  return found;
}

}  // namespace

bool are_numbers(const std::vector<std::string>& columns) {
  return std::ranges::all_of(
      columns, [](const std::string& column) { return io::to_index(column).has_value(); });
}

DelimitedLayout look_at_delimited(const io::TextFile& file, const DelimitedRequest& request) {
  const std::vector<KeptLine> lines = first_lines(file);
  DelimitedLayout layout;
  layout.delimiter = chosen_delimiter(file, request.delimiter, lines);
  const auto first = texts_of_line({lines.front().text, lines.front().number}, layout.delimiter);
  layout.fields = std::ssize(first);
  const bool by_number = are_numbers(request.columns);
  layout.columns = by_number ? columns_by_number(file, request, layout.fields)
                             : columns_by_name(file, request, first);
  const bool header = !by_number || first_is_header(layout, request.number_column, lines);
  layout.lines_before = lines.front().number - (header ? 0 : 1);
  return layout;
}

}  // namespace tessera::ingest
