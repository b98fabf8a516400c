#pragma once

#include <string>
#include <vector>

#include "tessera/config/vectorize_options.hpp"
#include "tessera/ingest/vocabulary.hpp"
#include "tessera/ingest/word_set.hpp"
#include "tessera/io/anndata_writer.hpp"
#include "tessera/mpi/communicator.hpp"

/// Documents that came later are counted as those before: the file of the earlier matrix says what
/// a term is, which column it has and what it weighs.
namespace tessera::ingest {

/// What the file of an earlier matrix of documents x terms tells. The same on all processes.
struct KnownVocabulary {
  TermOptions terms;
  WeightOptions weighting;
  WordSet stop_words;
  Index documents = 0;             ///< of the earlier corpus
  std::vector<std::string> names;  ///< of the columns
  std::vector<Index> frequencies;  ///< documents of the earlier corpus that hold each
};

/// Where a matrix keeps the frequencies, in its table of columns.
inline constexpr const char* kFrequencies = "documents";

/// What is written beside a matrix for read_known_vocabulary().
/// @param configuration the effective one @param documents of all processes
[[nodiscard]] io::Notes describe_terms(const std::string& configuration, Index documents,
                                       const WordSet& stop_words);

/// Collective. @throws mpi::AgreedError (code input) unless vectorize has written the file.
[[nodiscard]] KnownVocabulary read_known_vocabulary(const std::string& path,
                                                    const mpi::Communicator& comm);

/// The columns of this process's terms; terms that are not known are dropped. Collective.
[[nodiscard]] Vocabulary adopt_vocabulary(const TermCounter& counter, const KnownVocabulary& known,
                                          const mpi::Communicator& comm);

}  // namespace tessera::ingest
