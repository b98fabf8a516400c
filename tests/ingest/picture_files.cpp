#include "picture_files.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <png.h>
#include <turbojpeg.h>

namespace tessera::testing {

using ingest::Image;
using ingest::ImageSize;

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::vector<unsigned char> samples(const ImageSize& size) {
  std::vector<unsigned char> values(static_cast<std::size_t>(size.values()));
  for (std::size_t index = 0; index < values.size(); ++index) {
    values[index] = static_cast<unsigned char>((index * 37 + 11) % 256);
  }
  return values;
}

Image expected_image(const ImageSize& size) {
  Image image{size, {}};
  for (const unsigned char sample : samples(size)) {
    image.values.push_back(static_cast<float>(sample) / 255.0F);
  }
  return image;
}

std::string pnm_file(const ImageSize& size) {
  const auto values = samples(size);
  return fmt::format("P{}\n{} {}\n255\n", size.channels == 1 ? 5 : 6, size.width, size.height) +
         std::string(values.begin(), values.end());
}

Bytes png_file(const ImageSize& size) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(size.width);
  header.height = static_cast<png_uint_32>(size.height);
  header.format = size.channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t length = PNG_IMAGE_PNG_SIZE_MAX(header);
  Bytes file(length);
  const auto values = samples(size);
  png_image_write_to_memory(&header, file.data(), &length, 0, values.data(), 0, nullptr);
  file.resize(length);
  return file;
}

Bytes jpeg_file(const ImageSize& size, std::span<const unsigned char> colour) {
  std::vector<unsigned char> values;
  for (Index pixel = 0; pixel < size.height * size.width; ++pixel) {
    values.insert(values.end(), colour.begin(), colour.end());
  }
  const std::unique_ptr<void, int (*)(void*)> handle(tjInitCompress(), tjDestroy);
  unsigned char* data = nullptr;
  unsigned long length = 0;
  const int format = colour.size() == 1 ? TJPF_GRAY : colour.size() == 3 ? TJPF_RGB : TJPF_CMYK;
  tjCompress2(handle.get(), values.data(), static_cast<int>(size.width), 0,
              static_cast<int>(size.height), format, &data, &length,
              colour.size() == 1 ? TJSAMP_GRAY : TJSAMP_444, 95, 0);
  const auto bytes = std::as_bytes(std::span(data, length));
  Bytes file(bytes.begin(), bytes.end());
  tjFree(data);
  return file;
}

}  // namespace tessera::testing
