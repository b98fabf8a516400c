#include "tessera/ingest/term_counter.hpp"

namespace tessera::ingest {

void TermCounter::add_document(const Tokens& words) {
  for (Index length = lengths_.shortest; length <= lengths_.longest; ++length) {
    for (Index first = 0; first + length <= words.size(); ++first) {
      count(words.sequence(first, length));
    }
  }
  offsets_.push_back(std::ssize(entries_));
}

std::span<const TermCount> TermCounter::document(Index number) const {
  const auto at = static_cast<std::size_t>(number);
  return std::span(entries_).subspan(static_cast<std::size_t>(offsets_[at]),
                                     static_cast<std::size_t>(offsets_[at + 1] - offsets_[at]));
}

void TermCounter::count(std::string_view term) {
  const std::uint32_t number = table_.number_of(term);
  if (number == facts_.size()) {
    facts_.emplace_back();
  }
  Fact& fact = facts_[number];
  ++fact.occurrences;
  if (fact.last_entry >= offsets_.back()) {
    ++entries_[static_cast<std::size_t>(fact.last_entry)].count;
    return;
  }
  fact.last_entry = std::ssize(entries_);
  ++fact.documents;
  entries_.push_back({number, 1});
}

}  // namespace tessera::ingest
