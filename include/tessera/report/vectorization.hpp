#pragma once

#include <string>

#include "tessera/core/types.hpp"

namespace tessera::report {

/// What became of a text corpus. Plain values, filled by app/.
struct Vectorization {
  std::string version;
  std::string corpus;  ///< path
  std::string format;  ///< for people
  std::string output;  ///< path
  std::string like;    ///< path of an earlier matrix whose vocabulary was taken; empty: none
  Index documents = 0;
  Index empty_documents = 0;     ///< without a term that was kept
  Index repaired_documents = 0;  ///< that held bytes which are not UTF-8
  Index labels = 0;              ///< different ones; 0: no labels
  Index text_bytes = 0;
  Index distinct_terms = 0;  ///< before any was dropped
  Index too_rare = 0;        ///< terms dropped for --min-df
  Index too_common = 0;      ///< terms dropped for --max-df
  Index beyond = 0;          ///< terms dropped for --max-features
  Index terms = 0;           ///< that were kept
  Index occurrences = 0;     ///< of all terms, where the vocabulary was known before
  Index unknown = 0;         ///< of those that are not in it
  Index nonzeros = 0;
  double read_seconds = 0;  ///< of process 0: reading, cutting and counting words
  double merge_seconds = 0;
  double write_seconds = 0;  ///< weighting and writing
  std::string configuration;
};

/// A line for each fact, for people.
[[nodiscard]] std::string vectorization_text(const Vectorization& facts);
/// All facts, for programs.
[[nodiscard]] std::string vectorization_json(const Vectorization& facts);

}  // namespace tessera::report
