#pragma once

#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::io {

/// Stored entries of a sparse matrix as one process has read them, in any order. A position is
/// row · columns + column of the whole matrix in the file; opening refuses matrices whose positions
/// do not fit 63 bits.
template <class Real>
struct Entries {
  std::vector<Index> positions;
  std::vector<Real> values;

  [[nodiscard]] Index size() const { return static_cast<Index>(positions.size()); }
  void add(Index position, Real value) {
    positions.push_back(position);
    values.push_back(value);
  }
};

}  // namespace tessera::io
