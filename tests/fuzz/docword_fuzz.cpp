#include "tessera/io/parse_docword.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// A line of the header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try_parse([&] {
    const Index number = io::parse_docword_header("the number of words", {as_text(data, size), 2});
    require(number > 0, "the number is positive");
  });
  return 0;
}
