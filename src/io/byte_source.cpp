#include "tessera/io/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "tessera/core/error.hpp"

namespace tessera::io {

PlainFile::PlainFile(const std::string& path)
    : path_(path), descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) {
    fail(errno);
  }
}

PlainFile::~PlainFile() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

PlainFile::PlainFile(PlainFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

Index PlainFile::size() const {
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) {
    fail(errno);
  }
  return status.st_size;
}

Index PlainFile::read_at(Index offset, std::span<char> buffer) const {
  Index done = 0;
  while (done < std::ssize(buffer)) {
    const ssize_t got = pread(descriptor_, buffer.data() + done,
                              buffer.size() - static_cast<std::size_t>(done), offset + done);
    if (got < 0 && errno != EINTR) {
      fail(errno);
    }
    if (got == 0) {
      break;
    }
    done += std::max<ssize_t>(got, 0);
  }
  return done;
}

void PlainFile::fail(int error_number) const {
  throw IoError("cannot read '" + path_ + "': " + std::strerror(error_number));
}

bool is_gzip(std::string_view first_bytes) { return first_bytes.starts_with("\x1f\x8b"); }

Index most_decompressed_bytes(Index compressed_bytes) {
  constexpr Index kMostRatio = 1032;
  constexpr Index kMost = std::numeric_limits<Index>::max();
  return compressed_bytes > kMost / kMostRatio ? kMost : compressed_bytes * kMostRatio;
}

GzipStream::GzipStream(Read read)
    : read_(std::move(read)), stream_(std::make_unique<z_stream>()), input_(std::size_t{1} << 18U) {
  constexpr int kGzipOnly = 16;
  if (inflateInit2(stream_.get(), MAX_WBITS + kGzipOnly) != Z_OK) {
    throw Error(ExitCode::other, "cannot start zlib");
  }
}

GzipStream::~GzipStream() { inflateEnd(stream_.get()); }

/// False at the end of the compressed data.
bool GzipStream::refill() {
  if (stream_->avail_in == 0) {
    stream_->avail_in = static_cast<uInt>(read_(input_));
    stream_->next_in = reinterpret_cast<Bytef*>(input_.data());
  }
  return stream_->avail_in != 0;
}

void GzipStream::begin_member() {
  inflateReset(stream_.get());
  inside_member_ = true;
}

Index GzipStream::read(std::span<char> buffer) {
  // zlib counts in 32 bits.
  constexpr std::size_t kLargestCall = std::size_t{1} << 30U;
  std::size_t done = 0;
  while (done < buffer.size()) {
    if (!refill()) {
      if (inside_member_) {
        throw InputError("the gzip data ends too early: the file is truncated");
      }
      break;
    }
    if (!inside_member_) {
      begin_member();
    }
    const std::size_t room = std::min(buffer.size() - done, kLargestCall);
    stream_->next_out = reinterpret_cast<Bytef*>(buffer.data() + done);
    stream_->avail_out = static_cast<uInt>(room);
    const int outcome = inflate(stream_.get(), Z_NO_FLUSH);
    if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR) {
      throw InputError(std::string("the gzip data is damaged: ") +
                       (stream_->msg != nullptr ? stream_->msg : zError(outcome)));
    }
    inside_member_ = outcome != Z_STREAM_END;
    done += room - stream_->avail_out;
  }
  return static_cast<Index>(done);
}

}  // namespace tessera::io
