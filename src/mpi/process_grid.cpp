#include "tessera/mpi/process_grid.hpp"

#include <string>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::mpi {
namespace {

Communicator checked_duplicate(const Communicator& comm, GridShape shape) {
  if (shape.size() != comm.size()) {
    throw AgreedError(ExitCode::usage,
                      "--grid " + shape.to_string() + " needs " + std::to_string(shape.size()) +
                          " processes, but the job has " + std::to_string(comm.size()) +
                          ". Start as many, or use --grid auto");
  }
  return comm.duplicate();
}

/// A number that the processes of one node, and only these, have in common.
int node_of(const Communicator& comm, int node_size) {
  return node_size > 0 ? comm.rank() / node_size : comm.split_by_node().min(comm.rank());
}

}  // namespace

ProcessGrid::ProcessGrid(const Communicator& comm, GridShape shape, int node_size)
    : shape_(shape),
      comm_(checked_duplicate(comm, shape)),
      row_comm_(comm_.split(row(), column())),
      column_comm_(comm_.split(column(), row())),
      alone_(comm_.split(comm_.rank(), 0)),
      node_(node_of(comm_, node_size)),
      nodes_(comm_, node_),
      row_nodes_(row_comm_, node_),
      column_nodes_(column_comm_, node_) {}

Traffic ProcessGrid::traffic() const {
  Traffic sum = comm_.traffic();
  sum += row_comm_.traffic();
  sum += column_comm_.traffic();
  for (const NodeGroups* groups : {&nodes_, &row_nodes_, &column_nodes_}) {
    sum += groups->node().traffic();
    sum += groups->lane().traffic();
  }
  return sum;
}

}  // namespace tessera::mpi
