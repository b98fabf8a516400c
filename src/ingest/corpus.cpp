#include "tessera/ingest/corpus.hpp"

#include "tessera/ingest/corpus_format.hpp"
#include "tessera/ingest/file_corpus.hpp"
#include "tessera/ingest/folder_corpus.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {

std::unique_ptr<Corpus> open_corpus(const CorpusOptions& options, bool follow_links,
                                    const mpi::Communicator& comm, const io::TextLimits& limits) {
  auto number = static_cast<int>(CorpusFormat::automatic);
  mpi::on_root(comm, [&] {
    const CorpusFormat format = recognise_corpus(options);
    require_fitting_options(options, format);
    number = static_cast<int>(format);
  });
  comm.broadcast(std::span(&number, 1), 0);
  switch (const auto format = static_cast<CorpusFormat>(number)) {
    case CorpusFormat::folder:
      return open_folder_corpus(options, follow_links, comm);
    case CorpusFormat::jsonl:
      return open_json_corpus(options, comm, limits);
    case CorpusFormat::csv:
    case CorpusFormat::tsv:
      return open_table_corpus(options, format, comm, limits);
    case CorpusFormat::automatic:
    case CorpusFormat::lines:
      break;
  }
  return open_line_corpus(options, comm, limits);
}

}  // namespace tessera::ingest
