#include "tessera/ingest/term_counter.hpp"

#include <algorithm>

namespace tessera::ingest {

void TermCounter::add_document(const Tokens& words) {
  constexpr Index kBatch = 4096;
  for (Index length = lengths_.shortest; length <= lengths_.longest; ++length) {
    const Index sequences = words.size() - length + 1;
    for (Index begin = 0; begin < sequences; begin += kBatch) {
      count_batch(words, {begin, std::min(begin + kBatch, sequences)}, length);
    }
  }
  offsets_.push_back(std::ssize(entries_));
}

void TermCounter::count_batch(const Tokens& words, Range firsts, Index length) {
  // Step by step for all terms, so that memory is on its way when it is needed.
  keys_.clear();
  for (Index first = firsts.begin; first < firsts.end; ++first) {
    keys_.push_back(key_of(words.sequence(first, length)));
    table_.prefetch(keys_.back());
  }
  numbers_.clear();
  auto key = keys_.begin();
  for (Index first = firsts.begin; first < firsts.end; ++first) {
    numbers_.push_back(table_.number_of(words.sequence(first, length), *key++));
  }
  facts_.resize(static_cast<std::size_t>(table_.size()));
  count_numbers();
}

std::span<const TermCount> TermCounter::document(Index number) const {
  const auto at = static_cast<std::size_t>(number);
  return std::span(entries_).subspan(static_cast<std::size_t>(offsets_[at]),
                                     static_cast<std::size_t>(offsets_[at + 1] - offsets_[at]));
}

void TermCounter::count_numbers() {
  // Without branches: whether a term has come before in its document cannot be guessed.
  auto end = entries_.size();
  entries_.resize(end + numbers_.size());
  for (const std::uint32_t number : numbers_) {
    Fact& fact = facts_[number];
    const bool is_new = fact.last_entry < offsets_.back();
    const Index entry = is_new ? static_cast<Index>(end) : fact.last_entry;
    end += is_new ? 1 : 0;
    fact.documents += is_new ? 1 : 0;
    fact.last_entry = entry;
    ++fact.occurrences;
    entries_[static_cast<std::size_t>(entry)].term = number;
    ++entries_[static_cast<std::size_t>(entry)].count;
  }
  entries_.resize(end);
}

}  // namespace tessera::ingest
