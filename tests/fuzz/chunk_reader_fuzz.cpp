#include <algorithm>
#include <span>

#include "tessera/io/chunk_reader.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// The first byte is the size of a piece, the rest the text; the chunks must add up to it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const io::TextLimits limits{data[0] + 1, 1024, 512};
  const std::string_view text = as_text(data + 1, size - 1);
  std::string_view rest = text;
  io::ChunkReader reader(
      [&](std::span<char> buffer) {
        const std::size_t count = std::min(buffer.size(), rest.size());
        std::copy_n(rest.begin(), count, buffer.begin());
        rest.remove_prefix(count);
        return static_cast<Index>(count);
      },
      2, limits);  // not line 1, where a byte order mark would be left out
  try_parse([&] {
    std::string joined;
    for (io::TextChunk chunk = reader.next(); !chunk.empty(); chunk = reader.next()) {
      require(chunk.first_line == 2 + io::count_newlines(joined), "lines are counted");
      joined += chunk.text;
    }
    require(joined == text, "nothing is lost");
  });
  return 0;
}
