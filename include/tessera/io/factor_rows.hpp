#pragma once

#include <string>
#include <vector>

#include "tessera/io/factor_file.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::io {

/// Reads some global rows of W of a result, in their order, on every process: rows.size()×k. Only
/// these are read, so that the checksum of W, which is that of all rows, is not compared; entries
/// that cannot be coefficients are refused. Collective; @throws mpi::AgreedError.
/// @pre rows are within 0:info.rows, the same on every process
template <class Real>
[[nodiscard]] Matrix<Real> read_rows_of_w(const std::string& path, const ModelInfo& info,
                                          const std::vector<Index>& rows,
                                          const mpi::Communicator& comm);

}  // namespace tessera::io
