#include "tessera/io/parse_matrix_market.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// The first byte chooses the banner, the rest is a size line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const io::MatrixMarketBanner banner{(data[0] & 1U) != 0, io::ValueField::real,
                                      (data[0] & 2U) != 0};
  try_parse([&] {
    const auto shape = io::parse_matrix_market_size(banner, {as_text(data + 1, size - 1), 2});
    require(shape.rows > 0 && shape.columns > 0, "there are entries");
    require(shape.entries >= 0 && shape.entries <= shape.rows * shape.columns, "entries fit");
  });
  return 0;
}
