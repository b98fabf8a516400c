#pragma once

#include "tessera/matrix/row_graph.hpp"

#include "test_problem.hpp"

namespace tessera::testing {

/// About a third of all pairs of nodes, with weights up to 1: symmetric, nothing on the diagonal.
inline double graph_weight(Index i, Index j) {
  const Index low = std::min(i, j);
  const Index high = std::max(i, j);
  return i != j && random_entry(51, low, high) < 0.33 ? random_entry(52, low, high) + 0.1 : 0.0;
}

/// Rows `owned` of the graph with these weights.
template <class Real>
RowGraph<Real> make_graph(Range owned, Index nodes, const EntryFunction& weight) {
  RowGraph<Real> graph{.owned = owned};
  for (Index i = owned.begin; i < owned.end; ++i) {
    for (Index j = 0; j < nodes; ++j) {
      if (weight(i, j) != 0) {
        graph.neighbours.push_back(j);
        graph.weights.push_back(static_cast<Real>(weight(i, j)));
      }
    }
    graph.offsets.push_back(std::ssize(graph.neighbours));
  }
  return graph;
}

}  // namespace tessera::testing
