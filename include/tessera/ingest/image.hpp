#pragma once

#include <vector>

#include "tessera/config/image_import_options.hpp"
#include "tessera/core/types.hpp"

namespace tessera::ingest {

/// What the header of a picture file claims: pixels, and 1 (grey) or 3 (red, green, blue) values
/// of each.
struct ImageSize {
  Index height = 0;
  Index width = 0;
  Index channels = 1;

  [[nodiscard]] Index values() const { return height * width * channels; }
  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

/// What a user should know of a file that could be read.
enum class ImageRemark {
  none,
  restored,  ///< a transfer as text had put a carriage return before each line feed
  longer,    ///< bytes follow the last pixel of a raw PGM or PPM file, and were ignored
};

/// A decoded picture. Values are in [0, 1], 1 being white; they lie row by row from the top left,
/// the channels of a pixel side by side, as in a C-contiguous NumPy array height × width ×
/// channels.
struct Image {
  ImageSize size;
  std::vector<float> values;
  ImageRemark remark = ImageRemark::none;
};

/// The same picture with one value per pixel, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, as
/// Pillow's "L"), or with three, which are equal where it was grey.
[[nodiscard]] Image with_color(Image image, ImageColor color);

/// The picture at another size. Each axis in turn is filtered by a triangle whose half width is one
/// pixel of the coarser of both grids: linear interpolation where the picture grows, a weighted
/// mean over all pixels, so that nothing aliases, where it shrinks (Pillow calls this "bilinear").
/// @pre height and width are at least 1.
[[nodiscard]] Image resize(const Image& image, Index height, Index width);

}  // namespace tessera::ingest
