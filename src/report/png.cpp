#include <limits>
#include <span>

#include <fmt/format.h>
#include <png.h>

#include "tessera/core/error.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/report/picture.hpp"

namespace tessera::report {

std::vector<std::byte> encode_png(const Picture& picture) {
  constexpr Index kLargestSide = std::numeric_limits<std::int32_t>::max();
  if (picture.height < 1 || picture.width < 1 || picture.height > kLargestSide ||
      picture.width > kLargestSide) {
    throw IoError(fmt::format("a PNG picture has no {}x{} pixels", picture.height, picture.width));
  }
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(picture.width);
  header.height = static_cast<png_uint_32>(picture.height);
  header.format = picture.channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;

  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(header);
  std::vector<std::byte> encoded(size);
  const bool encoded_well = png_image_write_to_memory(&header, encoded.data(), &size, 0,
                                                      picture.values.data(), 0, nullptr);
  if (!encoded_well) {
    throw IoError(header.message);
  }
  encoded.resize(size);
  return encoded;
}

void write_png(const std::string& path, const Picture& picture) {
  std::vector<std::byte> encoded;
  try {
    encoded = encode_png(picture);
  } catch (const IoError& error) {
    throw IoError(fmt::format("cannot write {}: {}", path, error.what()));
  }
  io::write_file_atomically(path, encoded);
}

}  // namespace tessera::report
