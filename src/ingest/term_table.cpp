#include "tessera/ingest/term_table.hpp"

#include <algorithm>

#include "tessera/core/error.hpp"

namespace tessera::ingest {

std::uint32_t TermTable::search(std::string_view term, const TermKey& key) {
  std::size_t slot = home_of(key);
  for (; slots_[slot].number != kNone; slot = next(slot)) {
    if (holds(slots_[slot], term, key)) {
      return slots_[slot].number;
    }
  }
  return add(term, key, slot);
}

std::uint32_t TermTable::add(std::string_view term, const TermKey& key, std::size_t slot) {
  const auto number = static_cast<std::uint32_t>(texts_.size());
  if (number == kNone) {
    throw Error(ExitCode::other,
                "more than 4294967295 distinct terms on one process: start more processes, or "
                "shorten --ngrams");
  }
  auto* const copy = static_cast<char*>(storage_->allocate(term.size(), 1));
  std::ranges::copy(term, copy);
  texts_.emplace_back(copy, term.size());
  slots_[slot] = {key.first, key.last, key.size, number};
  if (3 * texts_.size() > 2 * slots_.size()) {
    grow();
  }
  return number;
}

void TermTable::grow() {
  --shift_;
  slots_.assign(2 * slots_.size(), {});
  for (std::uint32_t number = 0; number < texts_.size(); ++number) {
    const TermKey key = key_of(texts_[number]);
    std::size_t slot = home_of(key);
    while (slots_[slot].number != kNone) {
      slot = next(slot);
    }
    slots_[slot] = {key.first, key.last, key.size, number};
  }
}

}  // namespace tessera::ingest
