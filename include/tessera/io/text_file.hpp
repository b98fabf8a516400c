#pragma once

#include <functional>
#include <string>

#include "tessera/io/chunk_reader.hpp"
#include "tessera/io/text_limits.hpp"
#include "tessera/io/text_line.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// A text file that all processes read together: plain or gzip, with LF or CR LF line ends.
///
/// A plain file is cut into byte ranges of equal size, each moved to the next line's beginning, and
/// every process reads its own. Gzip data can be decompressed only from its beginning: process 0
/// does so and hands out chunks of complete lines. Where only line ends outside quotes count, the
/// same holds for what lies between these; a quote is open where an odd number of quotes precedes.
class TextFile {
 public:
  /// Parses some lines; called on one process, without communication.
  using Parse = std::function<void(const TextChunk&)>;
  /// Called on all processes after each has parsed at most one chunk; must not fail.
  using EndRound = std::function<void()>;

  /// Looks at the file and, if it is plain, numbers its lines. Collective.
  /// @throws mpi::AgreedError if it cannot be read or is empty.
  TextFile(std::string path, const mpi::Communicator& comm, TextLimits limits = {},
           LineEnds ends = LineEnds::every);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool gzip() const { return gzip_; }
  /// The text has at most this many bytes; exact for plain files.
  [[nodiscard]] Index most_bytes() const;

  /// Parses every line once, on one process, chunk by chunk; the chunks that one process gets
  /// come in the order of the file. Collective, for the processes that opened the file.
  /// @throws mpi::AgreedError with the failure of the lowest line, wherever it was found, so that
  /// the message does not depend on the number of processes. It names the file.
  void parse_all(const mpi::Communicator& comm, const Parse& parse,
                 const EndRound& end_round = {}) const;

  /// Shows visit the chunks from the first on, on this process alone, until it returns false.
  /// @throws Error: for use within mpi::on_root().
  void visit_chunks(const std::function<bool(const TextChunk&)>& visit) const;
  /// Shows visit the lines from the first on, on this process alone, until it returns false.
  /// @throws Error: for use within mpi::on_root().
  void visit_lines(const std::function<bool(const TextLine&)>& visit) const;

 private:
  /// The lines that this process reads of a plain file.
  struct OwnLines {
    Index begin = 0;  ///< byte
    Index end = 0;
    Index first_line = 1;
  };

  void look_at_file(const mpi::Communicator& comm);
  void find_own_lines(const mpi::Communicator& comm);
  [[nodiscard]] bool begins_inside_quotes(Range share, const mpi::Communicator& comm) const;

  std::string path_;
  TextLimits limits_;
  LineEnds ends_;
  Index bytes_ = 0;
  bool gzip_ = false;
  OwnLines own_;
};

}  // namespace tessera::io
