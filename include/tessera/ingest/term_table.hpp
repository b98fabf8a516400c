#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::ingest {

/// Distinct terms, numbered from 0 as they come. Keeps a copy of each.
///
/// An open hash table with linear search: every word of a corpus is looked up in it once, so that
/// it is kept small, and texts are compared only where 32 bits of their hashes agree.
class TermTable {
 public:
  /// Equal terms have equal hashes, in this run of the program and on this process.
  [[nodiscard]] static std::uint64_t hash(std::string_view term);

  /// Fetches what number_of() of a term of this hash will read first.
  void prefetch(std::uint64_t hash) const {
#if defined(__GNUC__)
    __builtin_prefetch(slots_.data() + home_of(hash));
#endif
  }

  /// The number of a term, a new one if it has none yet. @pre hash is the term's
  /// @throws Error (code other) for more than 2^32 - 1 terms.
  [[nodiscard]] std::uint32_t number_of(std::string_view term, std::uint64_t hash);
  [[nodiscard]] std::uint32_t number_of(std::string_view term) {
    return number_of(term, hash(term));
  }

  [[nodiscard]] Index size() const { return std::ssize(texts_); }
  [[nodiscard]] std::string_view text(Index number) const {
    return texts_[static_cast<std::size_t>(number)];
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct Slot {
    std::uint32_t tag = 0;  ///< the lower half of the hash, whose upper bits say where the slot is
    std::uint32_t number = kNone;
  };
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }
  /// Where the search for a term begins.
  [[nodiscard]] std::size_t home_of(std::uint64_t hash) const {
    return static_cast<std::size_t>(hash >> shift_);
  }
  [[nodiscard]] std::size_t next(std::size_t slot) const {
    return (slot + 1) & (slots_.size() - 1);
  }
  std::uint32_t add(std::string_view term, std::uint64_t hash, std::size_t slot);
  void grow();

  static constexpr int kFirstBits = 10;
  int shift_ = 64 - kFirstBits;
  std::vector<Slot> slots_ = std::vector<Slot>(std::size_t{1} << kFirstBits);  ///< a power of two
  /// By pointer, so that tables can be moved.
  std::unique_ptr<std::pmr::monotonic_buffer_resource> storage_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>();
  std::vector<std::string_view> texts_;
};

}  // namespace tessera::ingest
