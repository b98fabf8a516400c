#pragma once

#include "tessera/core/grid_shape.hpp"
#include "tessera/mpi/communicator.hpp"
#include "tessera/mpi/node_groups.hpp"

namespace tessera::mpi {

using tessera::choose_grid_shape;
using tessera::GridShape;
using tessera::parse_grid_shape;

/// The processes of a job on a 2-D grid: process (i, j) has rank i·p_c + j.
///
///             j = 0   1   2
///           +---+---+---+
///   i = 0   | 0 | 1 | 2 |   row_comm()    : one grid row, ranked by j
///           +---+---+---+
///   i = 1   | 3 | 4 | 5 |   column_comm() : one grid column, ranked by i
///           +---+---+---+
class ProcessGrid {
 public:
  /// Collective. @throws AgreedError (usage) on all processes unless shape.size() == comm.size().
  /// So many processes, by rank, are taken for one node; 0: those that share memory.
  ProcessGrid(const Communicator& comm, GridShape shape, int node_size = 0);

  [[nodiscard]] GridShape shape() const { return shape_; }
  [[nodiscard]] int row() const { return comm_.rank() / shape_.columns; }
  [[nodiscard]] int column() const { return comm_.rank() % shape_.columns; }
  [[nodiscard]] const Communicator& comm() const { return comm_; }
  [[nodiscard]] const Communicator& row_comm() const { return row_comm_; }
  [[nodiscard]] const Communicator& column_comm() const { return column_comm_; }
  /// This process alone.
  [[nodiscard]] const Communicator& alone() const { return alone_; }
  /// The three communicators by nodes.
  [[nodiscard]] const NodeGroups& nodes() const { return nodes_; }
  [[nodiscard]] const NodeGroups& row_nodes() const { return row_nodes_; }
  [[nodiscard]] const NodeGroups& column_nodes() const { return column_nodes_; }
  /// Traffic of this process on all of them.
  [[nodiscard]] Traffic traffic() const;

 private:
  GridShape shape_;
  Communicator comm_;
  Communicator row_comm_;
  Communicator column_comm_;
  Communicator alone_;
  int node_;  ///< of this process, for the groups
  NodeGroups nodes_;
  NodeGroups row_nodes_;
  NodeGroups column_nodes_;
};

}  // namespace tessera::mpi
