#include "tessera/report/image_shape.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera::report {
namespace {

constexpr std::string_view kRgb = "x3";

/// A number of pixels along one side, small enough that three times the product of two fits into
/// Index.
std::optional<Index> parse_side(std::string_view text) {
  constexpr std::int32_t kLargest = 1 << 30;
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > kLargest) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::string ImageShape::to_string() const {
  return fmt::format("{}x{}{}", height, width, channels == 1 ? "" : kRgb);
}

ImageShape parse_image_shape(std::string_view text) {
  const auto cross = text.find('x');
  if (cross != std::string_view::npos) {
    const bool is_rgb = text.ends_with(kRgb) && text.find('x', cross + 1) != std::string_view::npos;
    const std::string_view behind = text.substr(cross + 1);
    const auto height = parse_side(text.substr(0, cross));
    const auto width = parse_side(is_rgb ? behind.substr(0, behind.size() - kRgb.size()) : behind);
    if (height && width) {
      return {*height, *width, is_rgb ? 3 : 1};
    }
  }
  throw UsageError(fmt::format(
      "an image shape is HEIGHTxWIDTH in pixels, such as 64x48, or 64x48x3 for colours, not '{}'",
      text));
}

std::optional<ImageShape> guess_image_shape(Index n) {
  const auto side = static_cast<Index>(std::llround(std::sqrt(static_cast<double>(n))));
  if (n < 1 || side * side != n) {
    return std::nullopt;
  }
  return ImageShape{side, side};
}

void require_image_shape(ImageShape shape, Index n) {
  if (shape.values() != n) {
    throw UsageError(fmt::format("--image-shape {} has {} {}, but the components have {}",
                                 shape.to_string(), shape.values(),
                                 shape.channels == 1 ? "pixels" : "values", n));
  }
}

}  // namespace tessera::report
