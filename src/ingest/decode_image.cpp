#include "tessera/ingest/decode_image.hpp"

#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/io/input_file.hpp"

#include "image_formats.hpp"

namespace tessera::ingest {
namespace {

struct Format {
  std::string_view signature;
  ImageSize (*size)(ImageBytes);
  Image (*decode)(ImageBytes);
};

constexpr std::array<Format, 3> kFormats = {{{"\x89PNG\r\n\x1a\n", png_size, decode_png},
                                             {"\xff\xd8\xff", jpeg_size, decode_jpeg},
                                             {"P", pnm_size, decode_pnm}}};

/// A value of a picture, the sample that it comes from, of up to two bytes, and a copy with three
/// channels.
constexpr Index kBytesPerValue = 4 * sizeof(float) + 2;

const Format& recognise(ImageBytes file) {
  if (file.empty()) {
    throw InputError("the file is empty");
  }
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  for (const Format& format : kFormats) {
    if (text.starts_with(format.signature)) {
      return format;
    }
  }
  throw InputError("it is no PGM, PPM, PNG or JPEG picture. Convert it to PNG");
}

void require_room(Index bytes, ImageLimit limit, const std::string& what) {
  if (bytes > limit.bytes) {
    throw InputError(fmt::format("{} needs {:.3g} GiB of memory, but {:.3g} GiB are available",
                                 what, static_cast<double>(bytes) / 0x1p30,
                                 static_cast<double>(limit.bytes) / 0x1p30));
  }
}

std::vector<std::byte> read_bytes(const std::string& path, ImageLimit limit) {
  const io::InputFile file(path);
  require_room(file.size(), limit, "the file");
  std::vector<std::byte> bytes(static_cast<std::size_t>(file.size()));
  file.read(0, bytes);
  return bytes;
}

/// The same failure, with the name of the file before it.
template <class Action>
auto naming(const std::string& path, Action&& action) {
  try {
    return action();
  } catch (const InputError& error) {
    throw InputError(fmt::format("'{}': {}", path, error.what()));
  }
}

}  // namespace

ImageSize image_size(std::span<const std::byte> file) { return recognise(file).size(file); }

Image decode_image(std::span<const std::byte> file, ImageLimit limit) {
  const Format& format = recognise(file);
  const ImageSize size = format.size(file);
  // Sides are below 2³¹, so pixels fit, but what they take need not.
  const Index pixels = size.height * size.width;
  if (pixels > limit.bytes / (size.channels * kBytesPerValue)) {
    throw InputError(fmt::format(
        "its {}x{} pixels need {:.3g} GiB of memory, but {:.3g} GiB are available", size.height,
        size.width,
        static_cast<double>(pixels) * static_cast<double>(size.channels * kBytesPerValue) / 0x1p30,
        static_cast<double>(limit.bytes) / 0x1p30));
  }
  return format.decode(file);
}

ImageSize read_image_size(const std::string& path, ImageLimit limit) {
  return naming(path, [&] { return image_size(read_bytes(path, limit)); });
}

ImageFile read_image(const std::string& path, ImageLimit limit) {
  return naming(path, [&] {
    const auto bytes = read_bytes(path, limit);
    return ImageFile{decode_image(bytes, limit), std::ssize(bytes)};
  });
}

}  // namespace tessera::ingest
