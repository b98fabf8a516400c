#pragma once

#include <cstdint>

#include "tessera/core/types.hpp"

namespace tessera {

/// What is kept back from a factorization so that it can be scored there: a function of the seed
/// and of the place in the user's order. Nothing is stored, and processes, grid and order of A do
/// not matter. Entries, rows and columns are chosen independently of each other.
struct HoldoutRule {
  double share = 0;  ///< expected, of what there is; 0: nothing
  std::uint64_t seed = 0;

  /// One entry by itself (`--holdout-kind speckled`).
  [[nodiscard]] bool holds_entry(Index row, Index column) const;
  /// Whole rows and whole columns (`--holdout-kind blocks`). Source: Owen & Perry, AoAS 2009.
  [[nodiscard]] bool holds_row(Index row) const;
  [[nodiscard]] bool holds_column(Index column) const;
};

}  // namespace tessera
