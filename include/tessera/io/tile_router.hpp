#pragma once

#include <functional>
#include <vector>

#include "tessera/io/rectangle.hpp"
#include "tessera/matrix/dense_block.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::io {

/// Brings tiles, rectangles of A that one process has read, to the processes that own their
/// entries. For every storage in which a process cannot read just its own block: chunks,
/// compressed data, text.
///
/// Memory per process and exchange: a copy of the own tile, and what of the others' tiles falls
/// into the own block.
template <class Real>
class TileRouter {
 public:
  /// Process (i, j) of `grid` owns A_ij of `distribution`. Both must outlive the router.
  TileRouter(const mpi::ProcessGrid& grid, const Distribution& distribution)
      : grid_(grid), distribution_(distribution) {}

  /// Passes on one tile per process and stores what arrives in this process's block. A process
  /// without a tile passes an empty rectangle. Collective.
  /// @pre entries is tile.rows × tile.columns; the tiles of all processes are disjoint.
  void exchange(const Rectangle& tile, ConstMatrixView<Real> entries,
                DenseBlock<Real>& block) const;

 private:
  [[nodiscard]] Rectangle block_of(int process) const;
  [[nodiscard]] std::vector<Rectangle> tiles_of_all(const Rectangle& own) const;

  const mpi::ProcessGrid& grid_;
  const Distribution& distribution_;
};

/// Reads the entries of one tile; called on one process, without communication.
template <class Real>
using ReadTile = std::function<void(const Rectangle& tile, MatrixView<Real> entries)>;

/// Reads every tile once, each by one process, and gives every process its block. Each process
/// reads a run of consecutive tiles, which in row blocks are mostly its own. Collective.
/// @pre the tiles cover A exactly once; the same list on all processes.
/// @throws mpi::AgreedError with the failure of `read` on any process.
template <class Real>
[[nodiscard]] DenseBlock<Real> read_tiles(const std::vector<Rectangle>& tiles,
                                          const ReadTile<Real>& read, const mpi::ProcessGrid& grid,
                                          const Distribution& distribution);

}  // namespace tessera::io
