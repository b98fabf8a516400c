#include "tessera/io/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/io/file_format.hpp"

namespace tessera::io {

InputFile::InputFile(const std::string& path) : path_(path) {
  require_readable(path);
  descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    throw IoError(fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
  }
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) {
    const int failure = errno;
    ::close(descriptor_);
    throw IoError(fmt::format("cannot examine '{}': {}", path, std::strerror(failure)));
  }
  size_ = status.st_size;
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(Index offset, std::span<std::byte> bytes) const {
  // Linux transfers at most 2 GiB less a page at once, so large reads come in parts anyway.
  while (!bytes.empty()) {
    const ssize_t got = pread(descriptor_, bytes.data(), bytes.size(), offset);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      throw IoError(
          fmt::format("cannot read '{}' at byte {}: {}", path_, offset, std::strerror(errno)));
    }
    if (got == 0) {
      throw IoError(
          fmt::format("'{}' ends at byte {}, earlier than when it was opened", path_, offset));
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += got;
  }
}

}  // namespace tessera::io
