#pragma once

#include <string>
#include <vector>

#include "tessera/config/vectorize_options.hpp"
#include "tessera/ingest/packets.hpp"
#include "tessera/ingest/term_counter.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

inline constexpr Index kDropped = -1;

/// The terms of all processes.
struct Vocabulary {
  std::vector<Index> columns;           ///< of each term of this process, or kDropped
  std::vector<Index> documents;         ///< of all processes, that hold each term of this process
  Index size = 0;                       ///< terms kept, which are the columns
  std::vector<std::string> names = {};  ///< of the columns, by rising bytes; on process 0
  std::vector<Index> frequencies = {};  ///< documents that hold each column's term; on process 0

  Index distinct = 0;    ///< terms before any was dropped
  Index too_rare = 0;    ///< dropped for min_df
  Index too_common = 0;  ///< dropped for max_df
  Index beyond = 0;      ///< dropped for max_features

  Index occurrences = 0;  ///< of all terms, where the vocabulary was known before
  Index unknown = 0;      ///< of those that are not in it
};

/// Merges the terms of all processes and numbers those that are kept by rising bytes, which for
/// UTF-8 is the order of code points. The result is the same on any number of processes.
///
/// Every process owns the terms whose hash falls to it, adds up how many documents hold them, and
/// drops those outside the bounds. Of --max-features, those with the most occurrences stay, of
/// equals the first in order. Only the texts of terms that stay come together, on process 0.
/// Collective.
/// @param documents of all processes
/// @throws mpi::AgreedError (code input) if no term is left
[[nodiscard]] Vocabulary merge_vocabulary(const TermCounter& counter, Index documents,
                                          const VocabularyOptions& options,
                                          const mpi::Communicator& comm,
                                          Index round_bytes = kRoundBytes);

}  // namespace tessera::ingest
