#pragma once

#include <vector>

#include "tessera/mpi/communicator.hpp"

namespace tessera::mpi {

/// The processes of a communicator by the node that they run on, so that what goes to a node has
/// to go there once:
///
///             node 0   node 1   node 2
///   lane 0      0        2        4        ranks in the communicator, here two on each node
///   lane 1      1        3        5
///
/// Where nodes hold different numbers of the processes, every process counts as a node of its own.
class NodeGroups {
 public:
  /// Processes that pass the same `node` share memory. Collective.
  NodeGroups(const Communicator& comm, int node);

  /// The own node's processes, ranked as in the whole.
  [[nodiscard]] const Communicator& node() const { return node_; }
  /// The processes that have the same rank in their node, ranked by node.
  [[nodiscard]] const Communicator& lane() const { return lane_; }
  /// Ranks in the whole communicator.
  [[nodiscard]] const std::vector<int>& ranks_of_lane() const { return ranks_of_lane_; }

 private:
  NodeGroups(const Communicator& comm, Communicator node);

  Communicator node_;
  Communicator lane_;
  std::vector<int> ranks_of_lane_;
};

}  // namespace tessera::mpi
