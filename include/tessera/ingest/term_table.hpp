#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/ingest/term_key.hpp"

namespace tessera::ingest {

/// Distinct terms, numbered from 0 as they come. Keeps a copy of each.
///
/// An open hash table with linear search. Every word of a corpus is looked up in it, and what takes
/// time there is waiting for memory. So its slots hold terms of at most 16 bytes whole, and callers
/// that know the terms to come can fetch their slots ahead.
class TermTable {
 public:
  /// Fetches where number_of() begins to search.
  void prefetch(const TermKey& key) const { __builtin_prefetch(slots_.data() + home_of(key)); }

  /// The number of a term, a new one if it has none yet. @pre key is key_of(term)
  /// @throws Error (code other) for more than 2^32 - 1 terms.
  [[nodiscard]] std::uint32_t number_of(std::string_view term, const TermKey& key) {
    const Slot& home = slots_[home_of(key)];
    return holds(home, term, key) ? home.number : search(term, key);
  }
  [[nodiscard]] std::uint32_t number_of(std::string_view term) {
    return number_of(term, key_of(term));
  }

  [[nodiscard]] Index size() const { return std::ssize(texts_); }
  [[nodiscard]] std::string_view text(Index number) const {
    return texts_[static_cast<std::size_t>(number)];
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct alignas(32) Slot {  // so that none lies in two cache lines
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint32_t size = 0;
    std::uint32_t number = kNone;
  };
  [[nodiscard]] bool holds(const Slot& slot, std::string_view term, const TermKey& key) const {
    // One comparison: which of the three differs first nobody can guess.
    const std::uint64_t different = (slot.first ^ key.first) | (slot.last ^ key.last) |
                                    (slot.size ^ key.size) | (slot.number == kNone ? 1U : 0U);
    return different == 0 && (key.size <= kShortTerm || texts_[slot.number] == term);
  }
  std::uint32_t search(std::string_view term, const TermKey& key);
  [[nodiscard]] std::size_t home_of(const TermKey& key) const {
    return static_cast<std::size_t>(key.hash >> shift_);
  }
  [[nodiscard]] std::size_t next(std::size_t slot) const {
    return (slot + 1) & (slots_.size() - 1);
  }
  std::uint32_t add(std::string_view term, const TermKey& key, std::size_t slot);
  void grow();

  static constexpr int kFirstBits = 10;
  int shift_ = 64 - kFirstBits;  ///< leaves as many bits of a hash as count the slots
  std::vector<Slot> slots_ = std::vector<Slot>(std::size_t{1} << kFirstBits);
  /// By pointer, so that tables can be moved.
  std::unique_ptr<std::pmr::monotonic_buffer_resource> storage_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>();
  std::vector<std::string_view> texts_;
};

}  // namespace tessera::ingest
