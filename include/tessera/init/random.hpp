#pragma once

#include <cstdint>

#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::init {

/// The start √(mean(A)/k)·|N(0, 1)|, as scikit-learn scales it. Every entry is a pure function of
/// (seed, factor, original row, component), so it is the same on any number of processes and for
/// any order of the rows. The mean
/// is rounded to 24 bits, since its sum depends on the grid in the last bits.
template <class Real>
[[nodiscard]] FactorPair<Real> random_start(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                            Index rank, std::uint64_t seed);

}  // namespace tessera::init
