#include <limits>

#include "tessera/config/range_text.hpp"
#include "tessera/core/grid_shape.hpp"
#include "tessera/report/image_shape.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

namespace {

/// Runs a parser of what a user typed.
template <class Parse>
void try_option(Parse&& parse) {
  try {
    parse();
  } catch (const UsageError&) {
  }
}

}  // namespace

/// A range, an image shape and a process grid.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(data, size);
  for (const Index limit : {Index{1}, Index{100}, std::numeric_limits<Index>::max()}) {
    try_option([&] {
      const Range range = config::parse_range(text, limit);
      require(range.begin >= 0 && range.begin < range.end && range.end <= limit,
              "the range is in what there is, and not empty");
    });
  }
  try_option([&] {
    const auto shape = report::parse_image_shape(text);
    require(shape.height > 0 && shape.width > 0 && shape.values() > 0, "there are pixels");
    require(report::parse_image_shape(shape.to_string()) == shape, "it reads what it writes");
  });
  try_option([&] {
    if (const auto shape = parse_grid_shape(text)) {
      require(shape->rows > 0 && shape->columns > 0, "there are processes");
    }
  });
  return 0;
}
