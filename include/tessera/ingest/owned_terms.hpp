#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/ingest/term_table.hpp"

namespace tessera::ingest {

/// The terms that fall to one process, added up over the processes that have met them.
class OwnedTerms {
 public:
  explicit OwnedTerms(int sources) : received_(static_cast<std::size_t>(sources)) {}

  /// Adds what one process has counted of a term, each term once.
  void add(int source, std::string_view term, Index documents, Index occurrences) {
    const std::uint32_t number = table_.number_of(term);
    if (number == documents_.size()) {
      documents_.push_back(0);
      occurrences_.push_back(0);
    }
    documents_[number] += documents;
    occurrences_[number] += occurrences;
    received_[static_cast<std::size_t>(source)].push_back(number);
  }

  [[nodiscard]] Index size() const { return table_.size(); }
  [[nodiscard]] std::string_view text(Index term) const { return table_.text(term); }
  /// Documents that hold a term, and how often all of them do.
  [[nodiscard]] const std::vector<Index>& documents() const { return documents_; }
  [[nodiscard]] const std::vector<Index>& occurrences() const { return occurrences_; }
  /// The terms that a process has added, in its order.
  [[nodiscard]] const std::vector<std::uint32_t>& received(int source) const {
    return received_[static_cast<std::size_t>(source)];
  }

 private:
  TermTable table_;
  std::vector<Index> documents_;
  std::vector<Index> occurrences_;
  std::vector<std::vector<std::uint32_t>> received_;  ///< of each process
};

}  // namespace tessera::ingest
