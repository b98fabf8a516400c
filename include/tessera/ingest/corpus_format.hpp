#pragma once

#include <string>

#include "tessera/config/vectorize_options.hpp"

namespace tessera::ingest {

/// What a corpus is, on one process: `options.format`, or what its content and name tell.
/// - A folder is a folder of files.
/// - A file named .jsonl, .ndjson or .json, or whose first line is a JSON object, has JSON lines.
/// - A file named .csv, or .tsv or .tab, is a table.
/// - Another text file has a document a line. Gzip, and .gz behind these names, is looked through.
/// @throws IoError if it cannot be read, InputError if it is an archive, a JSON array or binary,
/// UsageError if the format asked for needs a folder and it is a file, or the other way round.
[[nodiscard]] CorpusFormat recognise_corpus(const CorpusOptions& options);

/// @throws UsageError for options that the format has no use for.
void require_fitting_options(const CorpusOptions& options, CorpusFormat format);

}  // namespace tessera::ingest
