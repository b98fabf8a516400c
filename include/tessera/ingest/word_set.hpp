#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace tessera::ingest {

/// Hashes any text alike.
struct TextHash {
  using is_transparent = void;
  [[nodiscard]] std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

/// Words that can be looked up without making a std::string of them.
using WordSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

}  // namespace tessera::ingest
