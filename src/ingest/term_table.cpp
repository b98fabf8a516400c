#include "tessera/ingest/term_table.hpp"

#include <algorithm>
#include <limits>

#include "tessera/core/error.hpp"

namespace tessera::ingest {

std::uint32_t TermTable::number_of(std::string_view term) {
  const std::size_t hash = numbers_.hash_function()(term);
  const auto found = numbers_.find(term, hash);
  if (found != numbers_.end()) {
    return found->second;
  }
  if (texts_.size() == std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ExitCode::other,
                "more than 4294967295 distinct terms on one process: start more processes, or "
                "shorten --ngrams");
  }
  auto* const copy = static_cast<char*>(storage_->allocate(term.size(), 1));
  std::ranges::copy(term, copy);
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(copy, term.size());
  numbers_.emplace(texts_.back(), number);
  return number;
}

}  // namespace tessera::ingest
