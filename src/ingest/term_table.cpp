#include "tessera/ingest/term_table.hpp"

#include <algorithm>
#include <cstring>

#include "tessera/core/error.hpp"

namespace tessera::ingest {
namespace {

template <class Word>
std::uint64_t load(const char* bytes) {
  Word word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

/// First and last bytes of a text. Of at most 16 bytes these are all, though some may be in both,
/// so that such texts of one length are equal if and only if their ends are.
struct Ends {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const Ends&) const = default;
};
constexpr std::size_t kShort = 16;

Ends ends_of(std::string_view text) {
  const char* const begin = text.data();
  const std::size_t size = text.size();
  if (size >= 8) {
    return {load<std::uint64_t>(begin), load<std::uint64_t>(begin + size - 8)};
  }
  if (size >= 4) {
    return {load<std::uint32_t>(begin), load<std::uint32_t>(begin + size - 4)};
  }
  if (size >= 2) {
    return {load<std::uint16_t>(begin), load<std::uint16_t>(begin + size - 2)};
  }
  return {size == 1 ? load<std::uint8_t>(begin) : 0, 0};
}

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.size() <= kShort ? ends_of(a) == ends_of(b) : a == b);
}

/// Both halves of the product of 64-bit numbers, in which every input bit reaches many. Source: the
/// "mum" of Wang Yi's wyhash.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

// Odd numbers without pattern: the fractions of the golden ratio and of the square root of 2.
constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t kLast = 0x6a09e667f3bcc909U;

}  // namespace

std::uint64_t TermTable::hash(std::string_view term) {
  std::uint64_t seed = term.size();
  for (; term.size() > kShort; term.remove_prefix(kShort)) {
    seed = fold(load<std::uint64_t>(term.data()) ^ kFirst ^ seed,
                load<std::uint64_t>(term.data() + 8) ^ kLast);
  }
  const Ends ends = ends_of(term);
  return fold(fold(ends.first ^ kFirst ^ seed, ends.last ^ kLast), kFirst);
}

std::uint32_t TermTable::number_of(std::string_view term, std::uint64_t hash) {
  std::size_t slot = home_of(hash);
  for (; slots_[slot].number != kNone; slot = next(slot)) {
    if (slots_[slot].tag == tag_of(hash) && equal(texts_[slots_[slot].number], term)) {
      return slots_[slot].number;
    }
  }
  return add(term, hash, slot);
}

std::uint32_t TermTable::add(std::string_view term, std::uint64_t hash, std::size_t slot) {
  const auto number = static_cast<std::uint32_t>(texts_.size());
  if (number == kNone) {
    throw Error(ExitCode::other,
                "more than 4294967295 distinct terms on one process: start more processes, or "
                "shorten --ngrams");
  }
  auto* const copy = static_cast<char*>(storage_->allocate(term.size(), 1));
  std::ranges::copy(term, copy);
  texts_.emplace_back(copy, term.size());
  slots_[slot] = {tag_of(hash), number};
  if (2 * texts_.size() > slots_.size()) {
    grow();
  }
  return number;
}

void TermTable::grow() {
  --shift_;
  slots_.assign(2 * slots_.size(), {});
  for (std::uint32_t number = 0; number < texts_.size(); ++number) {
    const std::uint64_t of_text = hash(texts_[number]);
    std::size_t slot = home_of(of_text);
    while (slots_[slot].number != kNone) {
      slot = next(slot);
    }
    slots_[slot] = {tag_of(of_text), number};
  }
}

}  // namespace tessera::ingest
