#include "tessera/app/image_shape.hpp"

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera::app {

report::ImageShape choose_image_shape(const std::string& given, const io::ModelInfo& info) {
  if (!given.empty()) {
    return report::parse_image_shape(given);
  }
  if (!info.image_shape.empty()) {
    return report::parse_image_shape(info.image_shape);
  }
  if (const auto square = report::guess_image_shape(info.columns)) {
    return *square;
  }
  throw UsageError(
      fmt::format("the components have {} entries, which is no square number: give "
                  "--image-shape HEIGHTxWIDTH",
                  info.columns));
}

}  // namespace tessera::app
