#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tessera/core/types.hpp"

// libzip's, which stays out of this header.
struct zip;
struct zip_file;
struct zip_stat;

namespace tessera::io {

/// The content of one member of a ZIP archive, read front to back in pieces, whatever its size.
class ZipMember {
 public:
  [[nodiscard]] Index size() const { return size_; }                 ///< bytes, decompressed
  [[nodiscard]] const std::string& place() const { return place_; }  ///< for messages
  /// Fills `bytes` with what comes next. @throws InputError when the member ends before, or is
  /// damaged; IoError when the file cannot be read.
  void read(std::span<std::byte> bytes);
  /// Call after the last byte. @throws InputError when something follows, or the checksum of all
  /// that was read is wrong.
  void finish();

 private:
  friend class ZipArchive;
  struct Close {
    void operator()(zip_file* file) const;
  };
  ZipMember(zip_file* file, Index size, std::string place)
      : file_(file), size_(size), place_(std::move(place)) {}
  /// The number of bytes that came; fewer than asked for only at the end.
  std::size_t read_some(std::span<std::byte> bytes);

  std::unique_ptr<zip_file, Close> file_;
  Index size_ = 0;
  std::string place_;
};

/// A ZIP archive (ZIP64 included) that one process reads.
class ZipArchive {
 public:
  /// @throws IoError when the file cannot be opened, InputError when it is no complete ZIP archive.
  explicit ZipArchive(const std::string& path);

  [[nodiscard]] std::vector<std::string> member_names() const;
  [[nodiscard]] bool contains(const std::string& name) const;
  /// Several members may be open at once; they must not outlive the archive.
  /// @throws InputError when it is missing, encrypted, compressed in an unknown way, or claims a
  /// size that cannot be true, so that a size may be trusted for allocation.
  [[nodiscard]] ZipMember open(const std::string& name) const;

 private:
  struct Discard {
    void operator()(zip* archive) const;
  };
  void require_possible_size(const struct zip_stat& status, const std::string& place) const;

  std::string path_;
  Index file_size_ = 0;
  std::unique_ptr<zip, Discard> archive_;
};

}  // namespace tessera::io
