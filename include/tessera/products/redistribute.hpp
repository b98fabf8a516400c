#pragma once

#include <functional>

#include "tessera/matrix/factor.hpp"
#include "tessera/matrix/ordering.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::products {

/// Sends every row of a factor to the process that wants it: row r becomes row target(r), which is
/// owned by the process in whose range `wanted` it lies. Collective.
/// @pre target is a bijection of [0, global_rows), the same on every process; the processes' ranges
/// `wanted` cover [0, global_rows) exactly once.
template <class Real>
[[nodiscard]] Factor<Real> redistribute(const Factor<Real>& factor, Range wanted,
                                        const std::function<Index(Index)>& target,
                                        const mpi::Communicator& comm);

/// Brings the rows of a factor of a shuffled matrix back into the order of the file: afterwards
/// process r owns part r of an even cut of the original rows. A factor in order is left as it is.
/// Collective.
template <class Real>
void restore_order(Factor<Real>& factor, const Ordering& order, const mpi::Communicator& comm);

}  // namespace tessera::products
