#include <algorithm>

#include "tessera/ingest/decode_image.hpp"

#include "memory_file.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// A picture file of any of the formats.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr ingest::ImageLimit kLimit{Index{1} << 22};
  const auto file = std::as_bytes(std::span(data, size));
  try_parse([&] {
    const ingest::ImageSize claimed = ingest::image_size(file);
    const ingest::Image image = ingest::decode_image(file, kLimit);
    require(image.size == claimed, "the picture has the size that its header says");
    require(std::ssize(image.values) == claimed.values(), "every pixel has its values");
    require(std::ranges::all_of(image.values, [](float value) { return value >= 0 && value <= 1; }),
            "values are from 0 to 1");
  });
  return 0;
}
