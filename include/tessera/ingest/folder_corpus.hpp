#pragma once

#include <memory>

#include "tessera/ingest/corpus.hpp"

namespace tessera::ingest {

/// The files of a folder and of all folders in it, by rising bytes of their paths. A document's
/// name is its path within the folder, its label the first part of that, if there are subfolders.
/// Hidden files and folders are left out, and symbolic links, too, unless they are to be followed.
///
/// Process 0 lists the folder. Each process reads consecutive files, about equally many bytes.
/// Collective. @throws mpi::AgreedError if the folder cannot be read or no file has the suffix.
[[nodiscard]] std::unique_ptr<Corpus> open_folder_corpus(const CorpusOptions& options,
                                                         bool follow_links,
                                                         const mpi::Communicator& comm);

}  // namespace tessera::ingest
