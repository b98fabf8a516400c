#pragma once

#include <functional>
#include <vector>

#include "tessera/io/rectangle.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// Brings tiles, rectangles of a file that one process has read, to the processes that want their
/// entries. For every storage in which a process cannot read just what it wants: chunks,
/// compressed data, text.
///
/// Memory per process and exchange: a copy of the own tile, and what of the others' tiles falls
/// into the wanted rectangle.
template <class Real>
class TileRouter {
 public:
  /// Process r wants the rectangle wanted[r]. Both must outlive the router.
  TileRouter(const mpi::Communicator& comm, const std::vector<Rectangle>& wanted)
      : comm_(comm), wanted_(wanted) {}

  /// Passes on one tile per process and stores what arrives in `own`, the entries of this process's
  /// wanted rectangle. A process without a tile passes an empty rectangle. Collective.
  /// @pre entries is tile.rows × tile.columns; the tiles of all processes are disjoint.
  void exchange(const Rectangle& tile, ConstMatrixView<Real> entries, MatrixView<Real> own) const;

 private:
  [[nodiscard]] std::vector<Rectangle> tiles_of_all(const Rectangle& own) const;

  const mpi::Communicator& comm_;
  const std::vector<Rectangle>& wanted_;
};

/// Reads the entries of one tile; called on one process, without communication.
template <class Real>
using ReadTile = std::function<void(const Rectangle& tile, MatrixView<Real> entries)>;

/// Reads every tile that is wanted once, on one process, and gives every process its rectangle.
/// Each process reads a run of consecutive tiles, which in row blocks are mostly its own.
/// Collective.
/// @pre the tiles cover all wanted rectangles once; the same lists on all processes.
/// @throws mpi::AgreedError with the failure of `read` on any process.
template <class Real>
[[nodiscard]] Matrix<Real> read_tiles(std::vector<Rectangle> tiles, const ReadTile<Real>& read,
                                      const mpi::Communicator& comm,
                                      const std::vector<Rectangle>& wanted);

}  // namespace tessera::io
