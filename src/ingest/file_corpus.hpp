#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tessera/ingest/corpus.hpp"
#include "tessera/io/text_file.hpp"

/// What corpora that are one file have in common.
namespace tessera::ingest {

class FileCorpus : public Corpus {
 public:
  [[nodiscard]] const CorpusDescription& description() const override { return description_; }
  std::vector<DocumentRun> read(Utf8Decoder& decoder, const Take& take,
                                const mpi::Communicator& comm) const override;

 protected:
  FileCorpus(io::TextFile file, CorpusDescription description);

  /// Shows the documents of some lines to `take` and returns how many there are.
  virtual Index read_chunk(const io::TextChunk& chunk, Utf8Decoder& decoder,
                           const Take& take) const = 0;
  [[nodiscard]] const io::TextFile& file() const { return file_; }
  [[nodiscard]] std::string_view decode(Utf8Decoder& decoder, std::string_view bytes,
                                        Index line) const {
    return decoder.decode(bytes, {file_.path(), line, line});
  }

 private:
  io::TextFile file_;
  CorpusDescription description_;
};

}  // namespace tessera::ingest
