#pragma once

#include <exception>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tessera/io/byte_source.hpp"
#include "tessera/io/chunk_reader.hpp"
#include "tessera/mpi/communicator.hpp"

/// How the chunks of a text file come to the processes, round by round. Part of text_file.cpp.
namespace tessera::io {

class TextRounds {
 public:
  TextRounds() = default;
  virtual ~TextRounds() = default;
  TextRounds(const TextRounds&) = delete;
  TextRounds& operator=(const TextRounds&) = delete;

  /// This process's chunk of the next round, perhaps empty. All processes call it as often, also
  /// after it failed on one.
  virtual TextChunk next() = 0;
  /// A line that chunks to come do not precede.
  [[nodiscard]] virtual Index next_line() const = 0;
};

/// The lines of a plain file from byte `begin` to byte `end`.
[[nodiscard]] std::unique_ptr<TextRounds> plain_rounds(const std::string& path, Range bytes,
                                                       Index first_line, const TextLimits& limits,
                                                       LineEnds ends);

/// The lines of a gzip file, which process 0 reads and deals out.
[[nodiscard]] std::unique_ptr<TextRounds> gzip_rounds(const std::string& path,
                                                      const mpi::Communicator& comm,
                                                      const TextLimits& limits, LineEnds ends);

/// All lines of a gzip file, on one process.
[[nodiscard]] ChunkReader read_gzip(const std::string& path, const TextLimits& limits,
                                    LineEnds ends);

/// The lines of a plain file between two bytes, on one process.
[[nodiscard]] ChunkReader read_plain(const std::string& path, Range bytes, Index first_line,
                                     const TextLimits& limits, LineEnds ends);

}  // namespace tessera::io
