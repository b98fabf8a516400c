#include "tessera/io/text_format.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// The first line is the name of the file, the rest its first bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text(data, size);
  const std::string_view name = text.empty() ? text : io::take_line(text);
  (void)io::recognise_text(text, name);
  return 0;
}
