#include "tessera/io/csv.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tessera/io/broadcast.hpp"
#include "tessera/io/parse_csv.hpp"
#include "tessera/mpi/agree.hpp"

#include "text_dense.hpp"
#include "typed_source.hpp"

namespace tessera::io {

/// A table and where its rows stand.
struct CsvTable {
  CsvLayout layout;
  Index header_line = 0;   ///< 0: none
  Index lines_before = 0;  ///< lines before the first row
  Index rows = 0;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CsvLayout, delimiter, has_header, has_row_names, has_corner,
                                   fields)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CsvTable, layout, header_line, lines_before, rows)

namespace {

class CsvSource final : public TypedDenseSource<CsvSource> {
 public:
  CsvSource(TextFile file, MatrixDescription description, CsvTable table)
      : file_(std::move(file)), description_(std::move(description)), table_(table) {}

  [[nodiscard]] const MatrixDescription& description() const override { return description_; }
  [[nodiscard]] MatrixNames read_names(const mpi::Communicator& comm) const override;
  template <class Real>
  [[nodiscard]] Matrix<Real> read(const mpi::Communicator& comm,
                                  const std::vector<Rectangle>& wanted) const;

 private:
  template <class Real>
  [[nodiscard]] Tile<Real> parse_rows(const TextChunk& chunk) const;
  /// The row that a line holds; negative before the table.
  [[nodiscard]] Index row_of(Index line) const { return line - 1 - table_.lines_before; }

  TextFile file_;
  MatrixDescription description_;
  CsvTable table_;
};

template <class Real>
Tile<Real> CsvSource::parse_rows(const TextChunk& chunk) const {
  std::vector<std::string_view> fields;
  std::vector<double> values;
  const Index first_row = std::max<Index>(0, row_of(chunk.first_line));
  for_each_line(chunk, [&](const TextLine& line) {
    const Index row = row_of(line.number);
    // Behind the last row there are only blank lines.
    if (row >= 0 && row < table_.rows) {
      parse_csv_row(table_.layout, line, fields, values);
    }
  });
  const Index columns = table_.layout.columns();
  const Index rows = std::ssize(values) / columns;
  Tile<Real> tile{{{first_row, first_row + rows}, {0, columns}}, Matrix<Real>(rows, columns)};
  std::ranges::transform(values, tile.entries.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
  return tile;
}

template <class Real>
Matrix<Real> CsvSource::read(const mpi::Communicator& comm,
                             const std::vector<Rectangle>& wanted) const {
  const ParseTiles<Real> parse = [&](const TextChunk& chunk) {
    std::vector<Tile<Real>> tiles;
    tiles.push_back(parse_rows<Real>(chunk));
    return tiles;
  };
  return read_text_tiles<Real>(file_, parse, 1, comm, wanted);
}

MatrixNames CsvSource::read_names(const mpi::Communicator& comm) const {
  MatrixNames names;
  const CsvLayout& layout = table_.layout;
  mpi::on_root(comm, [&] {
    file_.visit_lines([&](const TextLine& line) {
      const Index row = row_of(line.number);
      if (line.number == table_.header_line) {
        names.columns = parse_column_names(layout, line);
      } else if (row >= 0 && row < table_.rows && layout.has_row_names) {
        names.rows.push_back(parse_row_name(layout, line));
      }
      return row < 0 || layout.has_row_names;
    });
  });
  return names;
}

CsvTable read_layout(const TextFile& file) {
  // Copies, since a line lives only while it is visited.
  std::array<std::string, 2> texts;
  std::array<Index, 2> numbers{};
  std::size_t found = 0;
  file.visit_lines([&](const TextLine& line) {
    if (found > 0 || !is_before_table(line.text)) {
      texts[found] = line.text;
      numbers[found] = line.number;
      ++found;
    }
    return found < 2;
  });
  if (found == 0) {
    throw InputError("'" + file.path() + "', there is no table in the file");
  }
  CsvTable table;
  try {
    table.layout = detect_csv({texts[0], numbers[0]}, {texts[1], numbers[1]});
  } catch (const LineError& error) {
    throw InputError("'" + file.path() + "', " + error.what());
  }
  table.header_line = table.layout.has_header ? numbers[0] : 0;
  table.lines_before = table.layout.has_header ? numbers[0] : numbers[0] - 1;
  return table;
}

/// Number of the last line that is not blank.
Index find_last_line(const TextFile& file, const mpi::Communicator& comm) {
  Index last = 0;
  file.parse_all(comm, [&](const TextChunk& chunk) {
    for_each_line(chunk,
                  [&](const TextLine& line) { last = is_blank(line.text) ? last : line.number; });
  });
  return comm.max(last);
}

const char* name_of_delimiter(char delimiter) {
  switch (delimiter) {
    case '\t':
      return "tab separated";
    case ';':
      return "semicolon separated";
    default:
      return "comma separated";
  }
}

MatrixDescription describe(const TextFile& file, const CsvTable& table) {
  MatrixDescription about;
  about.path = file.path();
  about.format = "table";
  about.value_type = "text";
  about.storage = name_of_delimiter(table.layout.delimiter);
  about.storage += table.layout.has_header ? ", column names" : "";
  about.storage += table.layout.has_row_names ? ", row names" : "";
  about.storage += file.gzip() ? ", gzip" : "";
  about.rows = table.rows;
  about.columns = table.layout.columns();
  about.exceeds_float32 = true;
  return about;
}

}  // namespace

std::unique_ptr<MatrixSource> open_csv(const InputOptions& input, const mpi::Communicator& comm,
                                       TextLimits limits) {
  TextFile file(input.path, comm, limits);
  CsvTable table;
  mpi::on_root(comm, [&] { table = read_layout(file); });
  broadcast_value(table, comm);
  table.rows = find_last_line(file, comm) - table.lines_before;
  MatrixDescription about = describe(file, table);
  return std::make_unique<CsvSource>(std::move(file), std::move(about), table);
}

}  // namespace tessera::io
