#pragma once

#include <string>
#include <string_view>

#include "tessera/io/replace_file.hpp"

namespace tessera::io {

/// A file that is written piece by piece on one process and appears under its name only when
/// commit() is called; else nothing is left of it.
class GrowingFile {
 public:
  /// @throws IoError
  explicit GrowingFile(std::string path);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  /// @throws IoError that names `path`.
  void append(std::string_view bytes) const;
  /// Puts the complete file in the place of an earlier one, durably. @throws IoError
  void commit();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string temporary_;  ///< empty once it is renamed
  Descriptor descriptor_;
};

}  // namespace tessera::io
