#pragma once

#include <memory>

#include "tessera/ingest/corpus.hpp"

/// Corpora that are one file with many documents. All processes read it as io::TextFile does.
namespace tessera::ingest {

/// Every line is a document, also an empty one. Collective.
[[nodiscard]] std::unique_ptr<Corpus> open_line_corpus(const CorpusOptions& options,
                                                       const mpi::Communicator& comm,
                                                       const io::TextLimits& limits);

/// Every line that is not blank is a JSON object (RFC 8259), whose member --text-field is a
/// document. Labels and names may be texts, numbers or truth values; null, or none, is no label.
/// Collective.
[[nodiscard]] std::unique_ptr<Corpus> open_json_corpus(const CorpusOptions& options,
                                                       const mpi::Communicator& comm,
                                                       const io::TextLimits& limits);

/// Every row of a table is a document; all rows have as many fields as the first. An empty label is
/// none. Collective. @throws mpi::AgreedError (code usage) if there is no such column.
[[nodiscard]] std::unique_ptr<Corpus> open_table_corpus(const CorpusOptions& options,
                                                        CorpusFormat format,
                                                        const mpi::Communicator& comm,
                                                        const io::TextLimits& limits);

}  // namespace tessera::ingest
