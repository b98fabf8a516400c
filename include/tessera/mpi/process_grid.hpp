#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tessera/core/types.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::mpi {

/// p = rows · columns processes arranged p_r × p_c.
struct GridShape {
  int rows = 1;
  int columns = 1;

  [[nodiscard]] int size() const { return rows * columns; }
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(GridShape, GridShape) = default;
};

/// Coefficient rows that cross process boundaries in one iteration, all processes together:
/// 2·[(p_c − 1)·m + (p_r − 1)·n]. Times k and bytes per value it is the payload of the
/// all-gathers and reduce-scatters.
[[nodiscard]] Index rows_moved(GridShape shape, Index m, Index n);

/// The shape of p processes that moves the fewest words for an m×n matrix; among equals the one
/// nearest to a square. Shapes with empty blocks are taken only when there is no other.
[[nodiscard]] GridShape choose_grid_shape(Index m, Index n, int p);

/// "auto" (nothing) or "PRxPC". @throws UsageError for any other text.
[[nodiscard]] std::optional<GridShape> parse_grid_shape(std::string_view text);

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
  /// Collective. @throws UsageError on all processes unless shape.size() == comm.size().
  ProcessGrid(const Communicator& comm, GridShape shape);

  [[nodiscard]] GridShape shape() const { return shape_; }
  [[nodiscard]] int row() const { return comm_.rank() / shape_.columns; }
  [[nodiscard]] int column() const { return comm_.rank() % shape_.columns; }
  [[nodiscard]] const Communicator& comm() const { return comm_; }
  [[nodiscard]] const Communicator& row_comm() const { return row_comm_; }
  [[nodiscard]] const Communicator& column_comm() const { return column_comm_; }
  /// Traffic of this process on the grid's three communicators.
  [[nodiscard]] Traffic traffic() const;

 private:
  GridShape shape_;
  Communicator comm_;
  Communicator row_comm_;
  Communicator column_comm_;
};

}  // namespace tessera::mpi
