#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tessera/ingest/image.hpp"

/// One header and one decoder per format. All throw InputError that does not name the file.
namespace tessera::ingest {

using ImageBytes = std::span<const std::byte>;

/// @pre the file begins with "P".
[[nodiscard]] ImageSize pnm_size(ImageBytes file);
[[nodiscard]] Image decode_pnm(ImageBytes file);

[[nodiscard]] ImageSize png_size(ImageBytes file);
[[nodiscard]] Image decode_png(ImageBytes file);

[[nodiscard]] ImageSize jpeg_size(ImageBytes file);
[[nodiscard]] Image decode_jpeg(ImageBytes file);

/// Bytes, or big-endian pairs of bytes, as shares of the largest value. @pre as many as values.
inline void to_shares(const std::uint8_t* samples, bool pairs, float largest,
                      std::span<float> values) {
  for (std::size_t index = 0; index < values.size(); ++index) {
    const int sample =
        pairs ? samples[2 * index] * 256 + samples[2 * index + 1] : int{samples[index]};
    values[index] = static_cast<float>(sample) / largest;
  }
}

}  // namespace tessera::ingest
