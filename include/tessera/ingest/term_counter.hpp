#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tessera/config/term_text.hpp"
#include "tessera/core/aligned.hpp"
#include "tessera/ingest/term_table.hpp"
#include "tessera/ingest/tokens.hpp"

namespace tessera::ingest {

/// A term of a document and how often it occurs there.
struct TermCount {
  std::uint32_t term = 0;  ///< number of the term on this process
  std::uint32_t count = 0;
};

/// Counts the terms of documents, on one process. Terms are numbered as they come. What is held is
/// every distinct term once, and 8 bytes for every distinct term of every document, in blocks, so
/// that nothing is copied when there are more.
class TermCounter {
 public:
  explicit TermCounter(NgramLengths lengths) : lengths_(lengths) {}

  /// Counts one more document. @throws Error (code other) for more than 2^32 - 1 distinct terms.
  void add_document(const Tokens& words);

  [[nodiscard]] Index documents() const { return std::ssize(documents_); }
  /// Distinct terms of all documents, added up.
  [[nodiscard]] Index entries() const { return entries_; }
  /// The terms of a document, each once, in no order.
  [[nodiscard]] std::span<const TermCount> document(Index number) const {
    return documents_[static_cast<std::size_t>(number)];
  }

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
  };
  [[nodiscard]] const Fact& fact(Index term) const {
    return facts_[static_cast<std::size_t>(term)];
  }
  /// Place for the terms of a document.
  [[nodiscard]] std::span<TermCount> make_room(const Tokens& words);
  /// Numbers the terms of so many words that begin at these words.
  [[nodiscard]] std::span<const std::uint32_t> number_batch(const Tokens& words, Range firsts,
                                                            Index length);
  /// Counts numbered terms beside those that the document has already, of which there are `size`;
  /// returns how many it has then.
  std::size_t count(std::span<const std::uint32_t> terms, std::span<TermCount> document,
                    std::size_t size);
  void close_document(std::span<const TermCount> document);

  NgramLengths lengths_;
  TermTable table_;
  std::vector<TermKey> keys_;           ///< of the batch in work
  std::vector<std::uint32_t> numbers_;  ///< of its terms
  std::vector<Fact> facts_;             ///< of the terms
  std::vector<Index> places_;           ///< of the terms' last entries, counted over all documents
  std::vector<AlignedVector<TermCount>> blocks_;
  std::size_t used_ = 0;  ///< of the last block
  std::vector<std::span<const TermCount>> documents_;
  Index entries_ = 0;  ///< of these documents
};

}  // namespace tessera::ingest
