#include "tessera/report/assignment.hpp"

#include <algorithm>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/successive_shortest_path_nonnegative_weights.hpp>

namespace tessera::report {
namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Vertex = Traits::vertex_descriptor;
using Edge = Traits::edge_descriptor;
// Names in Boost.Graph of what an edge can take, still can take, costs, and its way back.
using EdgeProperties =
    boost::property<boost::edge_capacity_t, Index,
                    boost::property<boost::edge_residual_capacity_t, Index,
                                    boost::property<boost::edge_weight_t, Index,
                                                    boost::property<boost::edge_reverse_t, Edge>>>>;
using Network = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS,
                                      boost::no_property, EdgeProperties>;

/// Edges that one unit can take.
class UnitNetwork {
 public:
  explicit UnitNetwork(Index vertices) : network_(static_cast<std::size_t>(vertices)) {}

  Edge connect(Index from, Index to, Index cost) {
    const Edge forth = add(from, to, 1, cost);
    const Edge back = add(to, from, 0, -cost);
    boost::put(boost::edge_reverse, network_, forth, back);
    boost::put(boost::edge_reverse, network_, back, forth);
    return forth;
  }
  void send_most_at_least_cost(Index from, Index to) {
    boost::successive_shortest_path_nonnegative_weights(network_, static_cast<Vertex>(from),
                                                        static_cast<Vertex>(to));
  }
  [[nodiscard]] bool is_taken(const Edge& edge) const {
    return boost::get(boost::edge_residual_capacity, network_, edge) == 0;
  }

 private:
  Edge add(Index from, Index to, Index capacity, Index cost) {
    const Edge edge =
        boost::add_edge(static_cast<Vertex>(from), static_cast<Vertex>(to), network_).first;
    boost::put(boost::edge_capacity, network_, edge, capacity);
    boost::put(boost::edge_weight, network_, edge, cost);
    return edge;
  }

  Network network_;
};

}  // namespace

std::vector<Overlap> best_assignment(std::span<const Overlap> overlaps, Index clusters,
                                     Index labels) {
  if (overlaps.empty()) {
    return {};
  }
  // Not by boost::maximum_weighted_matching, whose answers are wrong for many graphs
  // (github.com/boostorg/graph, issue 399).
  // A unit flows from the source through each cluster, and on through a label or, at the price of
  // an overlap of no row, past all labels. A label without any row gets no vertex: Boost.Graph adds
  // to the distance of a vertex that nothing leads to until it overflows.
  constexpr Index kNone = -1;
  std::vector<Index> vertex_of_label(static_cast<std::size_t>(labels), kNone);
  Index vertices = clusters;
  for (const Overlap& overlap : overlaps) {
    Index& vertex = vertex_of_label[static_cast<std::size_t>(overlap.label)];
    vertex = vertex == kNone ? vertices++ : vertex;
  }
  const Index source = vertices;
  const Index sink = vertices + 1;
  const Index most = std::ranges::max(overlaps, {}, &Overlap::rows).rows;
  UnitNetwork network(vertices + 2);
  for (Index cluster = 0; cluster < clusters; ++cluster) {
    network.connect(source, cluster, 0);
    network.connect(cluster, sink, most);
  }
  for (Index label = clusters; label < vertices; ++label) {
    network.connect(label, sink, 0);
  }
  std::vector<Edge> edges;
  edges.reserve(overlaps.size());
  for (const auto& [cluster, label, rows] : overlaps) {
    edges.push_back(
        network.connect(cluster, vertex_of_label[static_cast<std::size_t>(label)], most - rows));
  }
  network.send_most_at_least_cost(source, sink);

  std::vector<Overlap> chosen;
  for (std::size_t at = 0; at < edges.size(); ++at) {
    if (network.is_taken(edges[at])) {
      chosen.push_back(overlaps[at]);
    }
  }
  std::ranges::sort(chosen, {}, &Overlap::cluster);
  return chosen;
}

}  // namespace tessera::report
