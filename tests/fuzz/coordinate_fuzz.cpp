#include "tessera/io/parse_coordinate.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// The first byte chooses the kind of value, the rest is an entry.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  constexpr int kKinds = 3;
  const io::CoordinateRule rule{1000, 50, static_cast<io::ValueField>(data[0] % kKinds)};
  try_parse([&] {
    const auto entry = io::parse_coordinate(rule, {as_text(data + 1, size - 1), 5});
    require(entry.row >= 0 && entry.row < rule.rows, "the row is within the matrix");
    require(entry.column >= 0 && entry.column < rule.columns, "the column is within the matrix");
  });
  return 0;
}
