#pragma once

#include <functional>

#include "tessera/io/entries.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// Reads the next stored entries of a file, as many as fit the memory meant for one step, and none
/// when there are no more. Called on process 0 only.
template <class Real>
using ReadBatch = std::function<typename Entries<Real>::Piece()>;

/// Hands the entries of a file that only one process can read, because it is compressed as a whole,
/// evenly to all: process 0 reads a batch, and every process gets as many entries of it.
/// Collective.
/// @throws mpi::AgreedError with the failure of `read`.
template <class Real>
[[nodiscard]] Entries<Real> share_entries(const ReadBatch<Real>& read,
                                          const mpi::Communicator& comm);

}  // namespace tessera::io
