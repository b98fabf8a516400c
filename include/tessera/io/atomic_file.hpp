#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tessera::io {

/// Writes a whole file: under a temporary name beside `path`, then to disk, then renamed, so that
/// `path` holds the old content or all of the new, never a part. The temporary file is removed
/// when that fails. A symbolic link stays and its target is replaced; what is no regular file,
/// such as /dev/stdout, is written to directly. @throws IoError with the system's reason.
void write_file_atomically(const std::string& path, std::span<const std::byte> content);
void write_file_atomically(const std::string& path, const std::string& text);

}  // namespace tessera::io
