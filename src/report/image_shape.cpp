#include "tessera/report/image_shape.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera::report {
namespace {

/// A number of pixels along one side, small enough that the product of two fits into Index.
std::optional<Index> parse_side(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::string ImageShape::to_string() const { return fmt::format("{}x{}", height, width); }

ImageShape parse_image_shape(std::string_view text) {
  const auto cross = text.find('x');
  if (cross != std::string_view::npos) {
    const auto height = parse_side(text.substr(0, cross));
    const auto width = parse_side(text.substr(cross + 1));
    if (height && width) {
      return {*height, *width};
    }
  }
  throw UsageError(
      fmt::format("an image shape is HEIGHTxWIDTH in pixels, such as 64x48, not '{}'", text));
}

std::optional<ImageShape> guess_image_shape(Index n) {
  const auto side = static_cast<Index>(std::llround(std::sqrt(static_cast<double>(n))));
  if (n < 1 || side * side != n) {
    return std::nullopt;
  }
  return ImageShape{side, side};
}

void require_image_shape(ImageShape shape, Index n) {
  if (shape.pixels() != n) {
    throw UsageError(fmt::format("--image-shape {} has {} pixels, but the components have {}",
                                 shape.to_string(), shape.pixels(), n));
  }
}

}  // namespace tessera::report
