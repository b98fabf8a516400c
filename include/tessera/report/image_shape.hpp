#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tessera/core/types.hpp"

namespace tessera::report {

/// Height and width, in pixels, of the picture that a row of numbers stands for, and how many of
/// them, side by side, make a pixel: 1 (grey) or 3 (red, green, blue).
struct ImageShape {
  Index height = 0;
  Index width = 0;
  Index channels = 1;

  [[nodiscard]] Index values() const { return height * width * channels; }
  [[nodiscard]] std::string to_string() const;  ///< "64x48", or "64x48x3"
  friend bool operator==(ImageShape, ImageShape) = default;
};

/// "HxW" or "HxWx3" with both at least 1. @throws UsageError for any other text.
[[nodiscard]] ImageShape parse_image_shape(std::string_view text);

/// The grey square of n pixels; nothing when n is not a square number.
[[nodiscard]] std::optional<ImageShape> guess_image_shape(Index n);

/// @throws UsageError that names both numbers unless the shape has exactly n values.
void require_image_shape(ImageShape shape, Index n);

}  // namespace tessera::report
