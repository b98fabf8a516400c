#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "tessera/config/choices.hpp"

namespace tessera {

/// How many values a pixel has: one, or three for red, green and blue.
enum class ImageColor { grey, rgb };

template <>
struct EnumNames<ImageColor> {
  static constexpr std::array<std::pair<ImageColor, std::string_view>, 2> values = {
      {{ImageColor::grey, "grey"}, {ImageColor::rgb, "rgb"}}};
};

/// Pictures that become the rows of a matrix.
struct ImageImportOptions {
  std::string path = {};  ///< folder, or text file with one path a line; empty: no pictures
  ImageColor color = ImageColor::grey;
  std::string resize = {};  ///< HxW pixels of every picture; empty: as they are

  [[nodiscard]] bool is_set() const { return !path.empty(); }
};

}  // namespace tessera
