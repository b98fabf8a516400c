#include "tessera/io/chunk_reader.hpp"

#include <algorithm>
#include <utility>

namespace tessera::io {

ChunkReader::ChunkReader(Read read, Index first_line, const TextLimits& limits, LineEnds ends)
    : read_(std::move(read)), limits_(limits), ends_(ends), next_line_(first_line) {}

TextChunk ChunkReader::next() {
  drop_returned_lines();
  const std::string_view lines = complete_lines();
  TextChunk chunk{lines, next_line_};
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (next_line_ == 1 && chunk.text.starts_with(kByteOrderMark)) {
    chunk.text.remove_prefix(kByteOrderMark.size());
  }
  require_text(lines);
  returned_ = lines.size();
  next_line_ += count_newlines(lines);
  return chunk;
}

void ChunkReader::drop_returned_lines() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(returned_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), buffer_.begin());
  filled_ -= returned_;
  returned_ = 0;
}

/// False at the end of the text.
bool ChunkReader::read_piece() {
  if (at_end_) {
    return false;
  }
  // A piece in total, so that memory stays bounded, but always something.
  const auto piece = static_cast<std::size_t>(limits_.piece_bytes);
  const std::size_t wanted = filled_ < piece ? piece - filled_ : piece;
  buffer_.resize(std::max(buffer_.size(), filled_ + wanted));  // it never shrinks: no zeros anew
  const auto got = static_cast<std::size_t>(read_(std::span(buffer_).subspan(filled_, wanted)));
  filled_ += got;
  at_end_ = got < wanted;
  return got > 0;
}

/// Reads until the buffer holds a complete line.
std::string_view ChunkReader::complete_lines() {
  std::size_t searched = 0;
  LineEndSearch search(ends_);
  while (read_piece()) {
    const std::size_t line_end = search.last(text().substr(searched));
    if (line_end != std::string_view::npos) {
      return text().substr(0, searched + line_end);
    }
    searched = filled_;
    if (static_cast<Index>(filled_) > limits_.longest_line) {
      throw LineError(
          next_line_,
          "the line is longer than " + std::to_string(limits_.longest_line) +
              (ends_ == LineEnds::every ? " bytes"
                                        : " bytes, perhaps for want of a closing quote"));
    }
  }
  return text();  // the last line, without a line end
}

void ChunkReader::require_text(std::string_view lines) const {
  const std::size_t nul = lines.find('\0');
  if (nul != std::string_view::npos) {
    throw LineError(next_line_ + count_newlines(lines.substr(0, nul)),
                    "there is a NUL byte: the file is binary or UTF-16. Convert it to UTF-8 text");
  }
}

}  // namespace tessera::io
