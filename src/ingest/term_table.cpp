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

/// Terms of at most so many bytes are the same if their keys are.
constexpr std::size_t kShort = 16;

/// A key without hash.
TermKey ends_of(std::string_view text) {
  const char* const begin = text.data();
  const std::size_t size = text.size();
  const auto key = [size](std::uint64_t first, std::uint64_t last) {
    return TermKey{first, last, static_cast<std::uint32_t>(size)};
  };
  if (size >= 8) {
    return key(load<std::uint64_t>(begin), load<std::uint64_t>(begin + size - 8));
  }
  if (size >= 4) {
    return key(load<std::uint32_t>(begin), load<std::uint32_t>(begin + size - 4));
  }
  if (size >= 2) {
    return key(load<std::uint16_t>(begin), load<std::uint16_t>(begin + size - 2));
  }
  return key(size == 1 ? load<std::uint8_t>(begin) : 0, 0);
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

TermKey key_of(std::string_view term) {
  TermKey key = ends_of(term);
  std::uint64_t seed = term.size();
  for (; term.size() > kShort; term.remove_prefix(kShort)) {
    seed = fold(load<std::uint64_t>(term.data()) ^ kFirst ^ seed,
                load<std::uint64_t>(term.data() + 8) ^ kLast);
  }
  key.hash = fold(fold(key.first ^ kFirst ^ seed, key.last ^ kLast), kFirst);
  return key;
}

bool TermTable::holds(const Slot& slot, std::string_view term, const TermKey& key) const {
  return slot.first == key.first && slot.last == key.last && slot.size == key.size &&
         (key.size <= kShort || texts_[slot.number] == term);
}

std::uint32_t TermTable::number_of(std::string_view term, const TermKey& key) {
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
