#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <utility>
#include <vector>

#include <tsl/robin_map.h>

#include "tessera/core/types.hpp"

namespace tessera::ingest {

/// Distinct terms, numbered from 0 as they come. Keeps a copy of each.
class TermTable {
 public:
  /// The number of a term, a new one if it has none yet.
  /// @throws Error (code other) for more than 2^32 - 1 terms.
  [[nodiscard]] std::uint32_t number_of(std::string_view term);

  [[nodiscard]] Index size() const { return std::ssize(texts_); }
  [[nodiscard]] std::string_view text(Index number) const {
    return texts_[static_cast<std::size_t>(number)];
  }

 private:
  using Entry = std::pair<std::string_view, std::uint32_t>;
  /// Keeps the hashes beside the entries, so that few texts are compared in vain.
  using Numbers = tsl::robin_map<std::string_view, std::uint32_t, std::hash<std::string_view>,
                                 std::equal_to<>, std::allocator<Entry>, true>;

  /// By pointer, so that tables can be moved.
  std::unique_ptr<std::pmr::monotonic_buffer_resource> storage_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>();
  Numbers numbers_;
  std::vector<std::string_view> texts_;
};

}  // namespace tessera::ingest
