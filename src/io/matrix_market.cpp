#include "tessera/io/matrix_market.hpp"

#include <optional>
#include <utility>

#include "tessera/io/broadcast.hpp"
#include "tessera/io/parse_matrix_market.hpp"
#include "tessera/mpi/agree.hpp"

#include "matrix_market_array.hpp"
#include "text_sparse.hpp"

namespace tessera::io {

/// What stands before the entries.
struct MatrixMarketHeader {
  MatrixMarketBanner banner;
  MatrixMarketSize size;
  Index lines = 0;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MatrixMarketBanner, array, value, symmetric)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MatrixMarketSize, rows, columns, entries)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MatrixMarketHeader, banner, size, lines)

namespace {

MatrixMarketHeader read_header(const TextFile& file) {
  MatrixMarketHeader header;
  file.visit_lines([&](const TextLine& line) {
    if (line.number == 1) {
      header.banner = parse_matrix_market_banner(line);
    } else if (!is_matrix_market_comment(line.text)) {
      header.size = parse_matrix_market_size(header.banner, line);
      header.lines = line.number;
    }
    return header.lines == 0;
  });
  if (header.lines == 0) {
    throw InputError("'" + file.path() +
                     "', the file ends before the line with the numbers of rows and columns");
  }
  return header;
}

const char* name_of(ValueField value) {
  switch (value) {
    case ValueField::none:
      return "pattern";
    case ValueField::integer:
      return "integer";
    default:
      return "real";
  }
}

MatrixDescription describe(const TextFile& file, const MatrixMarketHeader& header) {
  MatrixDescription about;
  about.path = file.path();
  about.format = "Matrix Market";
  about.value_type = name_of(header.banner.value);
  about.storage = header.banner.array ? "array" : "coordinate";
  about.storage += header.banner.symmetric ? ", symmetric" : "";
  about.storage += file.gzip() ? ", gzip" : "";
  about.rows = header.size.rows;
  about.columns = header.size.columns;
  about.exceeds_float32 = header.banner.value == ValueField::real;
  return about;
}

SparseTextLayout coordinate_layout(const MatrixMarketHeader& header) {
  const CoordinateRule rule{header.size.rows, header.size.columns, header.banner.value};
  return {header.lines, header.size.entries, header.banner.symmetric,
          [rule](const TextLine& line) -> std::optional<Coordinate> {
            if (is_blank(line.text)) {
              return std::nullopt;
            }
            return parse_coordinate(rule, line);
          }};
}

}  // namespace

std::unique_ptr<MatrixSource> open_matrix_market(const InputOptions& input,
                                                 const mpi::Communicator& comm, TextLimits limits) {
  TextFile file(input.path, comm, limits);
  MatrixMarketHeader header;
  mpi::on_root(comm, [&] { header = read_header(file); });
  broadcast_value(header, comm);
  MatrixDescription about = describe(file, header);
  if (header.banner.array) {
    return make_array_source(std::move(file), std::move(about), {header.lines, header.banner.value},
                             comm);
  }
  return make_sparse_text_source(std::move(file), std::move(about), coordinate_layout(header),
                                 comm);
}

}  // namespace tessera::io
