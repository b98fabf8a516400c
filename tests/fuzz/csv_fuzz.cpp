#include <vector>

#include "tessera/io/parse_csv.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// A whole table, read as the file reader does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = as_text(data, size);
  if (rest.empty()) {
    return 0;
  }
  const io::TextLine first{io::take_line(rest), 1};
  std::string_view below = rest;
  const io::TextLine second{below.empty() ? below : io::take_line(below), 2};
  try_parse([&] {
    const io::CsvLayout layout = io::detect_csv(first, second);
    require(layout.columns() > 0, "there are columns");
    if (layout.has_header) {
      const auto names = io::parse_column_names(layout, first);
      require(std::ssize(names) == layout.columns(), "every column has a name");
    }
    std::vector<std::string_view> fields;
    io::for_each_line({rest, 2}, [&](const io::TextLine& line) {
      std::vector<double> values;
      io::parse_csv_row(layout, line, fields, values);
      require(std::ssize(values) == layout.columns(), "every column has a value");
      if (layout.has_row_names) {
        require(io::parse_row_name(layout, line) == io::unquote(fields[0]), "names agree");
      }
    });
  });
  return 0;
}
