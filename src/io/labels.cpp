#include "tessera/io/labels.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/io/parse_csv.hpp"
#include "tessera/io/text_file.hpp"
#include "tessera/mpi/agree.hpp"

#include "label_list.hpp"

namespace tessera::io {
namespace {

/// Which field of the lines of a table is wanted.
struct Column {
  char delimiter = ',';
  std::size_t field = 0;
};

/// The fields of a line as texts.
std::vector<std::string> texts_of(const TextLine& line, char delimiter) {
  std::vector<std::string_view> fields;
  split_csv(line, delimiter, fields);
  std::vector<std::string> texts;
  std::ranges::transform(fields, std::back_inserter(texts), unquote);
  return texts;
}

/// Finds a column by the header, with whatever delimiter it is there.
Column find_column(const TextLine& header, const std::string& name) {
  std::vector<std::string> most;
  for (const char delimiter : std::array{',', '\t', ';'}) {
    auto fields = texts_of(header, delimiter);
    const auto found = std::ranges::find(fields, name);
    if (found != fields.end()) {
      return {delimiter, static_cast<std::size_t>(found - fields.begin())};
    }
    if (fields.size() > most.size()) {
      most = std::move(fields);
    }
  }
  throw LineError(header.number, fmt::format("there is no column '{}', but there are '{}'", name,
                                             fmt::join(most, "', '")));
}

std::string field_of(const TextLine& line, const Column& column) {
  const auto fields = texts_of(line, column.delimiter);
  if (fields.size() <= column.field) {
    throw LineError(line.number, fmt::format("there is no field {}, in {}", column.field + 1,
                                             excerpt(line.text)));
  }
  return fields[column.field];
}

/// A label for each line that label_of() does not take for a header; blank lines at the end are
/// left out, while a label that is missing before others is an error.
Labels read_lines(const std::string& path, const mpi::Communicator& comm,
                  const std::function<std::optional<std::string>(const TextLine&)>& label_of) {
  const TextFile file(path, comm);
  LabelList list;
  mpi::on_root(comm, [&] {
    Index without_label = 0;  // line; 0: none
    file.visit_lines([&](const TextLine& line) {
      const auto label = is_blank(line.text) ? std::string() : label_of(line);
      if (!label) {
        return true;
      }
      if (label->empty()) {
        without_label = without_label > 0 ? without_label : line.number;
        return true;
      }
      if (without_label > 0) {
        throw LineError(without_label,
                        "there is no label. Give the rows that have none a label of their own");
      }
      list.add(*label);
      return true;
    });
  });
  return list.take();
}

}  // namespace

Labels read_label_lines(const std::string& path, const mpi::Communicator& comm) {
  return read_lines(
      path, comm, [](const TextLine& line) { return std::optional(std::string(trim(line.text))); });
}

Labels read_label_column(const std::string& path, const std::string& column,
                         const mpi::Communicator& comm) {
  std::optional<Column> found;
  return read_lines(path, comm, [&](const TextLine& line) {
    if (!found) {
      found = find_column(line, column);
      return std::optional<std::string>();
    }
    return std::optional(field_of(line, *found));
  });
}

}  // namespace tessera::io
