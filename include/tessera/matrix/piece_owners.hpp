#pragma once

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera {

/// Which process owns a row of a factor, whose pieces need not stand in rank order.
class PieceOwners {
 public:
  /// @pre the pieces, by rank, cover the rows exactly once; some may be empty.
  explicit PieceOwners(std::span<const Range> pieces) {
    for (std::size_t process = 0; process < pieces.size(); ++process) {
      if (!pieces[process].empty()) {  // an empty piece owns no row, wherever it begins
        starts_.emplace_back(pieces[process].begin, static_cast<int>(process));
      }
    }
    std::ranges::sort(starts_);
  }

  [[nodiscard]] int of(Index row) const {
    return std::prev(std::ranges::upper_bound(starts_, row, {}, &Start::first))->second;
  }

 private:
  using Start = std::pair<Index, int>;
  std::vector<Start> starts_;
};

}  // namespace tessera
