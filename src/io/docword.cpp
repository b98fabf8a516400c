#include "tessera/io/docword.hpp"

#include <array>
#include <optional>
#include <utility>

#include "tessera/io/parse_docword.hpp"
#include "tessera/mpi/agree.hpp"

#include "text_sparse.hpp"

namespace tessera::io {
namespace {

constexpr Index kHeaderLines = 3;
using DocwordHeader = std::array<Index, kHeaderLines>;

DocwordHeader read_header(const TextFile& file) {
  constexpr std::array<const char*, kHeaderLines> kNames = {
      "the number of documents", "the number of words", "the number of entries"};
  DocwordHeader header{};
  file.visit_lines([&](const TextLine& line) {
    const auto at = static_cast<std::size_t>(line.number - 1);
    header[at] = parse_docword_header(kNames[at], line);
    if (line.number == 2) {
      require_addressable(header[0], header[1], line);
    }
    return line.number < kHeaderLines;
  });
  if (header.back() == 0) {
    throw InputError("'" + file.path() + "', the file ends within its three header lines");
  }
  return header;
}

}  // namespace

std::unique_ptr<MatrixSource> open_docword(const InputOptions& input, const mpi::Communicator& comm,
                                           TextLimits limits) {
  TextFile file(input.path, comm, limits);
  DocwordHeader header{};
  mpi::on_root(comm, [&] { header = read_header(file); });
  comm.broadcast(std::span<Index>(header), 0);

  MatrixDescription about;
  about.path = input.path;
  about.format = "UCI bag of words";
  about.value_type = "real";
  about.storage = file.gzip() ? "coordinate, gzip" : "coordinate";
  about.rows = header[0];
  about.columns = header[1];
  about.exceeds_float32 = true;
  const CoordinateRule rule{about.rows, about.columns, ValueField::real};
  SparseTextLayout layout;
  layout.header_lines = kHeaderLines;
  layout.entries = header[2];
  layout.parse = [rule](const TextLine& line) -> std::optional<Coordinate> {
    if (is_blank(line.text)) {
      return std::nullopt;
    }
    return parse_coordinate(rule, line);
  };
  return make_sparse_text_source(std::move(file), std::move(about), std::move(layout), comm);
}

}  // namespace tessera::io
