#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tessera/config/term_text.hpp"
#include "tessera/ingest/term_table.hpp"
#include "tessera/ingest/tokens.hpp"

namespace tessera::ingest {

/// A term of a document and how often it occurs there.
struct TermCount {
  std::uint32_t term = 0;  ///< number of the term on this process
  std::uint32_t count = 0;
};

/// Counts the terms of documents, on one process. Terms are numbered as they come. What is held is
/// every distinct term once, and 8 bytes for every distinct term of every document.
class TermCounter {
 public:
  explicit TermCounter(NgramLengths lengths) : lengths_(lengths) {}

  /// Counts one more document. @throws Error (code other) for more than 2^32 - 1 distinct terms.
  void add_document(const Tokens& words);

  [[nodiscard]] Index documents() const { return std::ssize(offsets_) - 1; }
  /// Distinct terms of all documents, added up.
  [[nodiscard]] Index entries() const { return std::ssize(entries_); }
  /// The terms of a document, each once, in no order.
  [[nodiscard]] std::span<const TermCount> document(Index number) const;

  [[nodiscard]] Index terms() const { return table_.size(); }
  [[nodiscard]] std::string_view text(Index term) const { return table_.text(term); }
  /// Documents that hold a term.
  [[nodiscard]] Index document_frequency(Index term) const { return fact(term).documents; }
  /// Occurrences of a term in all documents.
  [[nodiscard]] Index occurrences(Index term) const { return fact(term).occurrences; }

 private:
  struct Fact {
    Index documents = 0;
    Index occurrences = 0;
    Index last_entry = -1;  ///< in entries_, of the last document that holds the term
  };
  [[nodiscard]] const Fact& fact(Index term) const {
    return facts_[static_cast<std::size_t>(term)];
  }
  /// Counts the terms of so many words that begin at these words.
  void count_batch(const Tokens& words, Range firsts, Index length);
  void count_numbers();

  NgramLengths lengths_;
  TermTable table_;
  std::vector<TermKey> keys_;           ///< of the batch in work
  std::vector<std::uint32_t> numbers_;  ///< of its terms
  std::vector<Fact> facts_;
  std::vector<TermCount> entries_;
  std::vector<Index> offsets_ = {0};  ///< of each document in entries_, and their end
};

}  // namespace tessera::ingest
