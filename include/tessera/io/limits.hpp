#pragma once

#include "tessera/core/types.hpp"

namespace tessera::io {

/// Bounds on the memory of one step of reading or writing, in bytes per process. Tests pass small
/// ones to take many steps.
struct TransferLimits {
  /// One call over MPI-IO. HDF5 1.10 fails or crashes above 2 GiB.
  Index slab_bytes = Index{512} << 20;
  /// One tile of chunks, read by one process; at least one chunk is read at a time.
  Index tile_bytes = Index{64} << 20;
  /// Rows that are computed while a file is written, before they are written.
  Index fill_bytes = Index{64} << 20;
};

}  // namespace tessera::io
