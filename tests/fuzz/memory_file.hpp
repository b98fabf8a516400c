#pragma once

#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "tessera/io/file_format.hpp"

#include "fuzz.hpp"

/// For readers that take a path. Link none of file_format.cpp, which needs HDF5.
namespace tessera::fuzz {

/// A file that exists in memory only.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
    require(write(descriptor_, content.data(), content.size()) == std::ssize(content),
            "the file is written");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace tessera::fuzz

/// A file in memory can always be read.
void tessera::io::require_readable(const std::string& /*path*/) {}
