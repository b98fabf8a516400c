#include "tessera/io/parse_edge.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// An edge, with and without a weight.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const io::TextLine line{as_text(data, size), 9};
  if (io::is_edge_comment(line.text)) {
    return 0;
  }
  for (const bool weighted : {false, true}) {
    try_parse([&] {
      const auto edge = io::parse_edge(weighted, line);
      require(edge.row >= 0 && edge.row < io::kMostNodes, "the row is a node");
      require(edge.column >= 0 && edge.column < io::kMostNodes, "the column is a node");
      require(io::has_weight(line) == weighted, "both parsers count the same fields");
    });
  }
  return 0;
}
