#include "tessera/io/parse_edge.hpp"

#include "tessera/io/text_fields.hpp"

namespace tessera::io {
namespace {

Index next_node(FieldReader& fields, const char* what) {
  const Index node = fields.next_index(what);
  if (node < 0 || node >= kMostNodes) {
    fields.fail(std::string(what) + " " + std::to_string(node) + " is not within 0 to " +
                std::to_string(kMostNodes - 1));
  }
  return node;
}

}  // namespace

bool is_edge_comment(std::string_view line) {
  const std::string_view text = trim(line);
  return text.empty() || text.starts_with('#') || text.starts_with('%');
}

bool has_weight(const TextLine& line) {
  FieldReader fields(line, Separator::blanks_or_comma);
  fields.next("the first node");
  fields.next("the second node");
  const bool weighted = !fields.at_end();
  if (weighted) {
    fields.next("the weight");
    fields.expect_end();
  }
  return weighted;
}

Coordinate parse_edge(bool weighted, const TextLine& line) {
  FieldReader fields(line, Separator::blanks_or_comma);
  Coordinate edge;
  edge.row = next_node(fields, "the first node");
  edge.column = next_node(fields, "the second node");
  if (weighted) {
    edge.value = fields.next_real("the weight");
  }
  fields.expect_end();
  return edge;
}

}  // namespace tessera::io
