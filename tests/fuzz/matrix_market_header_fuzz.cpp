#include "tessera/io/parse_matrix_market.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// The first line is a banner, the second one a size line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text(data, size);
  if (text.empty()) {
    return 0;
  }
  try_parse([&] {
    const auto banner = io::parse_matrix_market_banner({io::take_line(text), 1});
    if (io::is_matrix_market_comment(text)) {
      return;
    }
    const auto shape = io::parse_matrix_market_size(banner, {text, 2});
    require(shape.rows > 0 && shape.columns > 0, "there are entries");
    require(shape.entries >= 0 && shape.entries <= shape.rows * shape.columns, "entries fit");
    require(!banner.symmetric || shape.rows == shape.columns, "symmetric matrices are square");
  });
  return 0;
}
