#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "tessera/ingest/image.hpp"

/// Picture files in memory: PGM and PPM (plain and raw, up to 16 bits), PNG and JPEG. They may come
/// from anybody: sizes are compared with the bytes that are there before memory is taken.
namespace tessera::ingest {

/// The most memory that one picture may take while it is decoded, in bytes.
struct ImageLimit {
  Index bytes;
};

/// What the header says, recognised by content. @throws InputError for anything else, and for a
/// header that the rest of the file cannot fill.
[[nodiscard]] ImageSize image_size(std::span<const std::byte> file);

/// Decodes a whole file. Transparency is dropped, orientation tags are not followed. A raw PGM or
/// PPM file that was transferred as text, which put a carriage return before each line feed, is
/// restored if that makes it exactly as long as its header says; other bytes behind the last pixel
/// are ignored, as Netpbm does. The picture's remark tells.
/// @throws InputError that says what is wrong with it.
[[nodiscard]] Image decode_image(std::span<const std::byte> file, ImageLimit limit);

/// A picture file, and what it took on disk.
struct ImageFile {
  Image image;
  Index bytes = 0;
};

/// Both for a file. Messages name it. @throws IoError, InputError
[[nodiscard]] ImageSize read_image_size(const std::string& path, ImageLimit limit);
[[nodiscard]] ImageFile read_image(const std::string& path, ImageLimit limit);

}  // namespace tessera::ingest
