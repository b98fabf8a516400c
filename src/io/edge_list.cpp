#include "tessera/io/edge_list.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "tessera/io/parse_edge.hpp"
#include "tessera/mpi/agree.hpp"

#include "text_sparse.hpp"

namespace tessera::io {
namespace {

/// By the first edge.
bool is_weighted(const TextFile& file) {
  std::optional<bool> weighted;
  file.visit_lines([&](const TextLine& line) {
    if (!is_edge_comment(line.text)) {
      weighted = has_weight(line);
    }
    return !weighted;
  });
  if (!weighted) {
    throw InputError("'" + file.path() + "', there are no edges in the file");
  }
  return *weighted;
}

std::optional<Coordinate> parse_edge_line(bool weighted, const TextLine& line) {
  if (is_edge_comment(line.text)) {
    return std::nullopt;
  }
  return parse_edge(weighted, line);
}

Index count_nodes(const TextFile& file, bool weighted, const mpi::Communicator& comm) {
  Index own = 0;
  file.parse_all(comm, [&](const TextChunk& chunk) {
    for_each_line(chunk, [&](const TextLine& line) {
      if (const auto edge = parse_edge_line(weighted, line)) {
        own = std::max({own, edge->row + 1, edge->column + 1});
      }
    });
  });
  return comm.max(own);
}

}  // namespace

std::unique_ptr<MatrixSource> open_edge_list(const InputOptions& input, EdgeDirection direction,
                                             const mpi::Communicator& comm, TextLimits limits) {
  TextFile file(input.path, comm, limits);
  int root_weighted = 0;
  mpi::on_root(comm, [&] { root_weighted = is_weighted(file) ? 1 : 0; });
  comm.broadcast(std::span(&root_weighted, 1), 0);
  const bool weighted = root_weighted != 0;

  MatrixDescription about;
  about.path = input.path;
  about.format = "edge list";
  about.value_type = weighted ? "real" : "pattern";
  about.storage =
      direction == EdgeDirection::both ? "edges in both directions" : "edges as written";
  about.storage += file.gzip() ? ", gzip" : "";
  about.rows = count_nodes(file, weighted, comm);
  about.columns = about.rows;
  about.exceeds_float32 = weighted;
  SparseTextLayout layout;
  layout.mirrored = direction == EdgeDirection::both;
  layout.parse = [weighted](const TextLine& line) { return parse_edge_line(weighted, line); };
  return make_sparse_text_source(std::move(file), std::move(about), std::move(layout), comm);
}

}  // namespace tessera::io
