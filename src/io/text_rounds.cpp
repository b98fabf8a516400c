#include "text_rounds.hpp"

#include <algorithm>
#include <utility>

namespace tessera::io {
namespace {

class PlainRounds final : public TextRounds {
 public:
  explicit PlainRounds(ChunkReader reader) : reader_(std::move(reader)) {}
  TextChunk next() override { return reader_.next(); }
  [[nodiscard]] Index next_line() const override { return reader_.next_line(); }

 private:
  ChunkReader reader_;
};

/// Round by round, process 0 cuts one chunk for every process.
class GzipRounds final : public TextRounds {
 public:
  GzipRounds(std::unique_ptr<ChunkReader> reader, const mpi::Communicator& comm, Index round_bytes)
      : reader_(std::move(reader)), comm_(comm), round_bytes_(round_bytes) {}

  TextChunk next() override;
  [[nodiscard]] Index next_line() const override { return next_line_; }

 private:
  /// The chunks of one round, for each process in turn.
  struct Deal {
    std::string text;
    std::vector<Index> lengths;
    std::vector<Index> first_lines;
  };

  [[nodiscard]] Deal cut_chunks();
  void hand_out(Deal deal);

  std::unique_ptr<ChunkReader> reader_;  ///< on process 0
  const mpi::Communicator& comm_;
  Index round_bytes_;
  std::exception_ptr failure_;  ///< of the reader; thrown when what was read before is parsed
  std::vector<std::byte> own_text_;
  Index own_first_line_ = 1;
  Index next_line_ = 1;
};

TextChunk GzipRounds::next() {
  hand_out(cut_chunks());
  if (failure_ && own_text_.empty()) {
    std::rethrow_exception(failure_);
  }
  return {{reinterpret_cast<const char*>(own_text_.data()), own_text_.size()}, own_first_line_};
}

GzipRounds::Deal GzipRounds::cut_chunks() {
  const auto size = static_cast<std::size_t>(comm_.size());
  Deal deal{{}, std::vector<Index>(size, 0), std::vector<Index>(size, 1)};
  try {
    for (std::size_t process = 0; process < size && reader_ && !failure_; ++process) {
      const TextChunk chunk = reader_->next();
      deal.lengths[process] = std::ssize(chunk.text);
      deal.first_lines[process] = chunk.first_line;
      deal.text += chunk.text;
      if (chunk.empty() || std::ssize(deal.text) >= round_bytes_) {
        break;
      }
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  next_line_ = reader_ ? reader_->next_line() : next_line_;
  return deal;
}

void GzipRounds::hand_out(Deal deal) {
  const auto rank = static_cast<std::size_t>(comm_.rank());
  const bool root = rank == 0;
  comm_.broadcast(std::span(deal.lengths), 0);
  comm_.broadcast(std::span(deal.first_lines), 0);
  std::vector<Index> receive_counts(deal.lengths.size(), 0);
  receive_counts[0] = deal.lengths[rank];
  const std::vector<Index> send_counts =
      root ? deal.lengths : std::vector<Index>(deal.lengths.size(), 0);
  own_text_.resize(static_cast<std::size_t>(receive_counts[0]));
  own_first_line_ = deal.first_lines[rank];
  comm_.all_to_all(std::as_bytes(std::span<const char>(deal.text)),
                   std::span<const Index>(send_counts), std::span(own_text_),
                   std::span<const Index>(receive_counts));
}

}  // namespace

ChunkReader read_plain(const std::string& path, Range bytes, Index first_line,
                       const TextLimits& limits, LineEnds ends) {
  auto file = std::make_shared<PlainFile>(path);
  auto read = [file, bytes](std::span<char> buffer) mutable {
    const Index wanted = std::min(std::ssize(buffer), bytes.size());
    const Index got = file->read_at(bytes.begin, buffer.first(static_cast<std::size_t>(wanted)));
    bytes.begin += got;
    return got;
  };
  return {std::move(read), first_line, limits, ends};
}

ChunkReader read_gzip(const std::string& path, const TextLimits& limits, LineEnds ends) {
  auto file = std::make_shared<PlainFile>(path);
  auto read_compressed = [file, offset = Index{0}](std::span<char> buffer) mutable {
    const Index got = file->read_at(offset, buffer);
    offset += got;
    return got;
  };
  auto stream = std::make_shared<GzipStream>(std::move(read_compressed));
  auto read = [stream](std::span<char> buffer) { return stream->read(buffer); };
  return {std::move(read), 1, limits, ends};
}

std::unique_ptr<TextRounds> plain_rounds(const std::string& path, Range bytes, Index first_line,
                                         const TextLimits& limits, LineEnds ends) {
  return std::make_unique<PlainRounds>(read_plain(path, bytes, first_line, limits, ends));
}

std::unique_ptr<TextRounds> gzip_rounds(const std::string& path, const mpi::Communicator& comm,
                                        const TextLimits& limits, LineEnds ends) {
  TextLimits own = limits;
  own.piece_bytes = std::clamp<Index>(limits.round_bytes / comm.size(), 1, limits.piece_bytes);
  std::unique_ptr<ChunkReader> reader;
  if (comm.rank() == 0) {
    reader = std::make_unique<ChunkReader>(read_gzip(path, own, ends));
  }
  return std::make_unique<GzipRounds>(std::move(reader), comm, limits.round_bytes);
}

}  // namespace tessera::io
