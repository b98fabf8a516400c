#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"

struct z_stream_s;

namespace tessera::io {

/// A file opened for reading on one process.
class PlainFile {
 public:
  /// @throws IoError
  explicit PlainFile(const std::string& path);
  ~PlainFile();
  PlainFile(PlainFile&& other) noexcept;
  PlainFile& operator=(PlainFile&& other) = delete;
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;

  /// Bytes of the file.
  [[nodiscard]] Index size() const;
  /// Fills the buffer from this byte on; returns fewer bytes only at the end of the file.
  /// @throws IoError
  Index read_at(Index offset, std::span<char> buffer) const;

 private:
  [[noreturn]] void fail(int error_number) const;

  std::string path_;
  int descriptor_ = -1;
};

/// Whether these are the first bytes of a gzip file.
[[nodiscard]] bool is_gzip(std::string_view first_bytes);

/// The most text a gzip file of this size can hold: deflate shrinks at most 1032-fold.
[[nodiscard]] Index most_decompressed_bytes(Index compressed_bytes);

/// Decompresses gzip data from beginning to end. A file may hold several members one behind the
/// other; every checksum is verified.
class GzipStream {
 public:
  /// Fills the buffer with compressed bytes; returns 0 at the end.
  using Read = std::function<Index(std::span<char>)>;

  explicit GzipStream(Read read);
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  /// Fills the buffer; returns fewer bytes only at the end.
  /// @throws InputError if the data is damaged or ends too early.
  Index read(std::span<char> buffer);

 private:
  [[nodiscard]] bool refill();
  void begin_member();

  Read read_;
  std::unique_ptr<z_stream_s> stream_;
  std::vector<char> input_;
  bool inside_member_ = false;
};

}  // namespace tessera::io
