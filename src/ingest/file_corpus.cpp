#include "file_corpus.hpp"

#include "tessera/ingest/file_corpus.hpp"

namespace tessera::ingest {
namespace {

class LineCorpus final : public FileCorpus {
 public:
  explicit LineCorpus(io::TextFile file)
      : FileCorpus(std::move(file), {"document a line", false, false}) {}

 private:
  Index read_chunk(const io::TextChunk& chunk, Utf8Decoder& decoder,
                   const Take& take) const override {
    Index documents = 0;
    io::for_each_line(chunk, [&](const io::TextLine& line) {
      take({decode(decoder, line.text, line.number)});
      ++documents;
    });
    return documents;
  }
};

}  // namespace

FileCorpus::FileCorpus(io::TextFile file, CorpusDescription description)
    : file_(std::move(file)), description_(std::move(description)) {
  description_.format += file_.gzip() ? ", gzip" : "";
}

std::vector<DocumentRun> FileCorpus::read(Utf8Decoder& decoder, const Take& take,
                                          const mpi::Communicator& comm) const {
  std::vector<DocumentRun> runs;
  file_.parse_all(comm, [&](const io::TextChunk& chunk) {
    runs.push_back({chunk.first_line, read_chunk(chunk, decoder, take)});
  });
  return runs;
}

std::unique_ptr<Corpus> open_line_corpus(const CorpusOptions& options,
                                         const mpi::Communicator& comm,
                                         const io::TextLimits& limits) {
  return std::make_unique<LineCorpus>(io::TextFile(options.path, comm, limits));
}

}  // namespace tessera::ingest
