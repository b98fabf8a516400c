#include "tessera/matrix/row_graph.hpp"

namespace tessera {

template <class Real>
RowGraph<Real> path_graph(Range owned, const Ordering& order) {
  RowGraph<Real> path{.owned = owned};
  for (Index position = owned.begin; position < owned.end; ++position) {
    const Index original = order.original(position);
    for (const Index neighbour : {original - 1, original + 1}) {
      if (Range{0, order.size()}.contains(neighbour)) {
        path.neighbours.push_back(order.position(neighbour));
        path.weights.push_back(Real{1});
      }
    }
    path.offsets.push_back(std::ssize(path.neighbours));
  }
  return path;
}

template RowGraph<float> path_graph(Range, const Ordering&);
template RowGraph<double> path_graph(Range, const Ordering&);

}  // namespace tessera
