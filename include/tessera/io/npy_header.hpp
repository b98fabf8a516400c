#pragma once

#include <string>

#include "tessera/core/types.hpp"

namespace tessera::io {

/// What stands before the values of a .npy file, version 1.0, of a rows × columns matrix in C order
/// and little-endian. Source: NumPy Enhancement Proposal 1.
template <RealType Real>
[[nodiscard]] std::string npy_header(Index rows, Index columns);

}  // namespace tessera::io
