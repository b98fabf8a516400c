#include "tessera/io/parse_docword.hpp"

#include "tessera/io/text_fields.hpp"

namespace tessera::io {

Index parse_docword_header(const char* what, const TextLine& line) {
  FieldReader fields(line);
  const Index number = fields.next_index(what);
  fields.expect_end();
  if (number < 1) {
    fields.fail(std::string(what) + " must be at least 1");
  }
  return number;
}

}  // namespace tessera::io
