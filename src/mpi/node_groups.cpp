#include "tessera/mpi/node_groups.hpp"

#include <utility>

namespace tessera::mpi {
namespace {

std::vector<int> ranks_in(const Communicator& comm, const Communicator& group) {
  std::vector<int> ranks(static_cast<std::size_t>(group.size()));
  const std::vector<Index> lengths(ranks.size(), 1);
  const int own = comm.rank();
  group.all_gather(std::span<const int>(&own, 1), lengths, std::span<int>(ranks));
  return ranks;
}

/// The processes of one node, or each alone where nodes hold different numbers of them.
Communicator split_evenly(const Communicator& comm, int node) {
  Communicator group = comm.split(node, comm.rank());
  const bool even = comm.min(group.size()) == comm.max(group.size());
  return even ? std::move(group) : comm.split(comm.rank(), 0);
}

}  // namespace

NodeGroups::NodeGroups(const Communicator& comm, int node)
    : NodeGroups(comm, split_evenly(comm, node)) {}

NodeGroups::NodeGroups(const Communicator& comm, Communicator node)
    : node_(std::move(node)),
      lane_(comm.split(node_.rank(), comm.rank())),
      ranks_of_lane_(ranks_in(comm, lane_)) {}

}  // namespace tessera::mpi
