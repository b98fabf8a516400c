#pragma once

#include <memory>

#include "tessera/io/matrix_source.hpp"

namespace tessera::io {

/// What one process reads before it converts it, unless told otherwise: little enough to stay in
/// the cache.
inline constexpr Index kNpyPieceBytes = Index{1} << 20;

/// Opens a NumPy .npy file with a 2-D array of integers or floating-point numbers in C or Fortran
/// order. Every process then reads only what it wants, `piece_bytes` at a time (at least one
/// element). Collective. @throws mpi::AgreedError, also when the file is longer or shorter than its
/// header says.
[[nodiscard]] std::unique_ptr<DenseSource> open_npy(const InputOptions& input,
                                                    const mpi::Communicator& comm,
                                                    Index piece_bytes = kNpyPieceBytes);

}  // namespace tessera::io
