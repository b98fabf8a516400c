#pragma once

#include <functional>
#include <span>
#include <string>

#include "tessera/io/text_limits.hpp"
#include "tessera/io/text_line.hpp"

namespace tessera::io {

/// Cuts a stream of text into chunks of complete lines, on one process. Where only line ends
/// outside quotes count, "line" is what lies between two of them, but for the numbers of lines.
class ChunkReader {
 public:
  /// Fills the buffer; returns fewer bytes only at the end of the text.
  using Read = std::function<Index(std::span<char>)>;

  /// The text begins with a line of this number. A byte order mark before line 1 is skipped.
  ChunkReader(Read read, Index first_line, const TextLimits& limits,
              LineEnds ends = LineEnds::every);

  /// The next lines, at most limits.piece_bytes unless one line is longer; an empty chunk at the
  /// end. Valid until the next call.
  /// @throws LineError if a line is too long or holds a NUL byte, and what `read` throws.
  TextChunk next();
  /// Number of the line that follows the chunks returned so far.
  [[nodiscard]] Index next_line() const { return next_line_; }

 private:
  void drop_returned_lines();
  [[nodiscard]] std::string_view text() const {
    return std::string_view(buffer_).substr(0, filled_);
  }
  [[nodiscard]] bool read_piece();
  [[nodiscard]] std::string_view complete_lines();
  void require_text(std::string_view lines) const;

  Read read_;
  TextLimits limits_;
  LineEnds ends_;
  std::string buffer_;      ///< the lines last returned, then the beginning of the next
  std::size_t filled_ = 0;  ///< of the buffer
  std::size_t returned_ = 0;
  Index next_line_;
  bool at_end_ = false;
};

}  // namespace tessera::io
