#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/ingest/image.hpp"

/// Picture files as other programs write them.
namespace tessera::testing {

using Bytes = std::vector<std::byte>;

[[nodiscard]] Bytes bytes_of(std::string_view text);

/// A value between 0 and 255 for every place of a picture.
[[nodiscard]] std::vector<unsigned char> samples(const ingest::ImageSize& size);
/// The same as shares of 255.
[[nodiscard]] ingest::Image expected_image(const ingest::ImageSize& size);

/// Files of samples(size).
[[nodiscard]] std::string pnm_file(const ingest::ImageSize& size);
[[nodiscard]] Bytes png_file(const ingest::ImageSize& size);
/// Of one grey, or of one colour, which survives the losses of the format.
[[nodiscard]] Bytes jpeg_file(const ingest::ImageSize& size, std::span<const unsigned char> colour);

}  // namespace tessera::testing
