#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tessera/core/types.hpp"

/// The arithmetic of a process grid's shape; the processes themselves are in mpi/process_grid.
namespace tessera {

/// p = rows · columns processes arranged p_r × p_c.
struct GridShape {
  int rows = 1;
  int columns = 1;

  [[nodiscard]] Index size() const { return Index{rows} * columns; }
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

}  // namespace tessera
