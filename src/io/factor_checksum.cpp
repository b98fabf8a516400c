#include "tessera/io/factor_checksum.hpp"

#include <bit>

#include <boost/crc.hpp>

namespace tessera::io {

static_assert(std::endian::native == std::endian::little,
              "checksums are taken over the bytes in memory, files are little-endian");

template <class Real>
std::uint64_t checksum_of_rows(ConstMatrixView<Real> rows, Index first) {
  using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;
  std::uint64_t sum = 0;
  for (Index local_row = 0; local_row < rows.rows(); ++local_row) {
    const Index global_row = first + local_row;
    Crc32c crc;
    crc.process_bytes(&global_row, sizeof global_row);
    crc.process_bytes(rows.row(local_row), static_cast<std::size_t>(rows.columns()) * sizeof(Real));
    sum += crc.checksum();
  }
  return sum;
}

template <class Real>
std::uint64_t checksum(const Factor<Real>& factor, const mpi::Communicator& comm) {
  const std::uint64_t sum = checksum_of_rows<Real>(factor.piece.view(), factor.owned.begin);
  // Signed and unsigned addition modulo 2^64 are the same, and messages are signed.
  return std::bit_cast<std::uint64_t>(comm.sum(std::bit_cast<std::int64_t>(sum)));
}

template std::uint64_t checksum_of_rows(ConstMatrixView<float>, Index);
template std::uint64_t checksum_of_rows(ConstMatrixView<double>, Index);
template std::uint64_t checksum(const Factor<float>&, const mpi::Communicator&);
template std::uint64_t checksum(const Factor<double>&, const mpi::Communicator&);

}  // namespace tessera::io
