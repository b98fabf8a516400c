#include "tessera/io/text_file.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "tessera/io/byte_source.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/gather.hpp"

#include "text_rounds.hpp"

namespace tessera::io {
namespace {

constexpr Index kNoLine = std::numeric_limits<Index>::max();

/// A failure while a text was read or parsed, and the line it belongs to.
struct TextFailure {
  Index line = kNoLine;
  mpi::Failure failure;
};

/// The error in flight with the file's name before it. @pre called inside a catch block.
mpi::Failure failure_in(const std::string& path) {
  mpi::Failure failure = mpi::current_failure();
  if (failure.code == ExitCode::input) {
    failure.message.insert(0, "'" + path + "', ");
  }
  return failure;
}

/// @param line where the error is if it does not know itself.
TextFailure text_failure(const std::string& path, Index line) {
  try {
    throw;
  } catch (const LineError& error) {
    return {error.line(), failure_in(path)};
  } catch (...) {
    return {line, failure_in(path)};
  }
}

/// Calls visit with the pieces of the file from byte `begin` on, until it returns false.
void visit_pieces(const PlainFile& file, Range bytes, const TextLimits& limits,
                  const std::function<bool(std::string_view)>& visit) {
  std::string buffer(static_cast<std::size_t>(limits.piece_bytes), '\0');
  while (!bytes.empty()) {
    const Index wanted = std::min(limits.piece_bytes, bytes.size());
    const Index got =
        file.read_at(bytes.begin, std::span(buffer).first(static_cast<std::size_t>(wanted)));
    if (got == 0 || !visit(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)))) {
      return;
    }
    bytes.begin += got;
  }
}

/// The first byte at or behind `offset` with which a line begins; the file's size if that is
/// farther away than the longest line, which its reader will complain about.
/// @param search begins at `offset`
Index next_line_begin(const PlainFile& file, Index offset, Index size, const TextLimits& limits,
                      LineEndSearch search) {
  if (offset == 0) {
    return 0;
  }
  // A line begins at `offset` if the byte before ends one.
  Index passed = offset - 1;
  bool found = false;
  const Range searched{passed, std::min(size, offset + limits.longest_line)};
  visit_pieces(file, searched, limits, [&](std::string_view piece) {
    if (passed < offset && piece.front() != '\n') {
      piece.remove_prefix(1);
      ++passed;
    }
    const std::size_t end = search.first(piece);
    found = end != std::string_view::npos;
    passed += found ? static_cast<Index>(end) : std::ssize(piece);
    return !found;
  });
  return found ? passed : size;
}

}  // namespace

TextFile::TextFile(std::string path, const mpi::Communicator& comm, TextLimits limits,
                   LineEnds ends)
    : path_(std::move(path)), limits_(limits), ends_(ends) {
  look_at_file(comm);
  if (!gzip_) {
    find_own_lines(comm);
  }
}

Index TextFile::most_bytes() const { return gzip_ ? most_decompressed_bytes(bytes_) : bytes_; }

void TextFile::look_at_file(const mpi::Communicator& comm) {
  std::array<Index, 2> facts{};
  mpi::agree(comm, [&] {
    require_readable(path_);
    if (comm.rank() != 0) {
      return;
    }
    const PlainFile file(path_);
    std::array<char, 2> first{};
    const Index got = file.read_at(0, first);
    if (got == 0) {
      throw InputError("'" + path_ + "' is empty");
    }
    facts = {file.size(), is_gzip({first.data(), first.size()}) ? 1 : 0};
  });
  comm.broadcast(std::span<Index>(facts), 0);
  bytes_ = facts[0];
  gzip_ = facts[1] != 0;
}

/// Whether an odd number of quotes stands before this process's share. Collective.
bool TextFile::begins_inside_quotes(Range share, const mpi::Communicator& comm) const {
  const bool odd = mpi::agree(comm, [&] {
    bool open = false;
    visit_pieces(PlainFile(path_), share, limits_, [&](std::string_view piece) {
      open = open != leaves_quote_open(piece);
      return true;
    });
    return open;
  });
  const std::vector<Index> all = mpi::gather(odd ? 1 : 0, comm);
  return std::accumulate(all.begin(), all.begin() + comm.rank(), Index{0}) % 2 != 0;
}

void TextFile::find_own_lines(const mpi::Communicator& comm) {
  const Range share = Partition::even(bytes_, comm.size()).part(comm.rank());
  const auto rank = static_cast<std::ptrdiff_t>(comm.rank());
  const bool inside = ends_ == LineEnds::outside_quotes && begins_inside_quotes(share, comm);
  own_.begin = mpi::agree(comm, [&] {
    return next_line_begin(PlainFile(path_), share.begin, bytes_, limits_,
                           LineEndSearch(ends_, inside));
  });
  const std::vector<Index> begins = mpi::gather(own_.begin, comm);
  own_.end = bytes_;
  for (const Index begin : std::span(begins).subspan(static_cast<std::size_t>(rank) + 1)) {
    own_.end = std::min(own_.end, begin);
  }
  const Index newlines = mpi::agree(comm, [&] {
    Index count = 0;
    visit_pieces(PlainFile(path_), {own_.begin, own_.end}, limits_, [&](std::string_view piece) {
      count += count_newlines(piece);
      return true;
    });
    return count;
  });
  const std::vector<Index> counts = mpi::gather(newlines, comm);
  own_.first_line = 1 + std::accumulate(counts.begin(), counts.begin() + rank, Index{0});
}

void TextFile::parse_all(const mpi::Communicator& comm, const Parse& parse,
                         const EndRound& end_round) const {
  const auto rounds = mpi::agree(comm, [&] {
    return gzip_ ? gzip_rounds(path_, comm, limits_, ends_)
                 : plain_rounds(path_, {own_.begin, own_.end}, own_.first_line, limits_, ends_);
  });
  TextFailure own;
  std::array<Index, 2> lines{};  // of the first failure and the next chunk on any process
  auto& [failed, next] = lines;
  do {
    TextChunk chunk;
    next = kNoLine;
    try {
      chunk = rounds->next();
      next = chunk.empty() ? kNoLine : rounds->next_line();
      if (!chunk.empty() && own.line == kNoLine) {
        parse(chunk);
      }
    } catch (...) {
      const Index line = chunk.empty() ? rounds->next_line() : chunk.first_line;
      own = own.line == kNoLine ? text_failure(path_, line) : own;
    }
    if (end_round) {
      end_round();
    }
    failed = own.line;
    comm.all_reduce_min(std::span<Index>(lines));
  } while (next < failed);
  const bool first = own.line != kNoLine && own.line == failed;
  mpi::throw_if_any_failed(comm, first ? std::optional(own.failure) : std::nullopt);
}

void TextFile::visit_chunks(const std::function<bool(const TextChunk&)>& visit) const {
  try {
    ChunkReader reader = gzip_ ? read_gzip(path_, limits_, ends_)
                               : read_plain(path_, {0, bytes_}, 1, limits_, ends_);
    for (TextChunk chunk = reader.next(); !chunk.empty(); chunk = reader.next()) {
      if (!visit(chunk)) {
        return;
      }
    }
  } catch (...) {
    const mpi::Failure failure = failure_in(path_);
    throw Error(failure.code, failure.message);
  }
}

void TextFile::visit_lines(const std::function<bool(const TextLine&)>& visit) const {
  visit_chunks([&](const TextChunk& chunk) {
    Index number = chunk.first_line;
    for (std::string_view rest = chunk.text; !rest.empty(); ++number) {
      const std::string_view line = take_line(rest);
      if (!visit({line, number})) {
        return false;
      }
    }
    return true;
  });
}

}  // namespace tessera::io
