#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "tessera/core/types.hpp"

namespace tessera::io {

/// A regular file that one process reads by offset.
class InputFile {
 public:
  /// @throws IoError that says why it cannot be opened.
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] Index size() const { return size_; }  ///< bytes, when it was opened
  /// Fills `bytes` with what stands at `offset`. @throws IoError when it fails or the file ends.
  void read(Index offset, std::span<std::byte> bytes) const;

 private:
  std::string path_;
  int descriptor_ = -1;
  Index size_ = 0;
};

}  // namespace tessera::io
