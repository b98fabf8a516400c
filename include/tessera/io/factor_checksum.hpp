#pragma once

#include <cstdint>

#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// The part of consecutive rows, from the global row `first` on, in the sum that checksum() forms.
template <class Real>
[[nodiscard]] std::uint64_t checksum_of_rows(ConstMatrixView<Real> rows, Index first);

/// The sum modulo 2^64, over all rows r of a factor (columns of A for Hᵀ), of the CRC-32C of r as
/// a little-endian 64-bit number followed by the k coefficients as stored. The same however the
/// factor is cut. Collective; the processes' pieces must cover the factor exactly once.
template <class Real>
[[nodiscard]] std::uint64_t checksum(const Factor<Real>& factor, const mpi::Communicator& comm);

}  // namespace tessera::io
