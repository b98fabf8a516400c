#pragma once

#include <vector>

#include "tessera/core/aligned.hpp"
#include "tessera/matrix/ordering.hpp"

namespace tessera {

/// A symmetric graph S whose nodes are the rows of a factor, with weights s_ii' >= 0: on this
/// process the rows of S that belong to its piece of the factor, compressed (CSR). Nothing joins a
/// row to itself.
template <class Real>
struct RowGraph {
  Range owned = {};                    ///< global rows of the factor held here
  std::vector<Index> offsets = {0};    ///< owned.size() + 1
  std::vector<Index> neighbours = {};  ///< global rows
  AlignedVector<Real> weights = {};    ///< of the neighbours
};

/// The graph that joins every row to the one before and the one after it in the user's order, with
/// weight 1; `owned` are positions.
template <class Real>
[[nodiscard]] RowGraph<Real> path_graph(Range owned, const Ordering& order);

}  // namespace tessera
