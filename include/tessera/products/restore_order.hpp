#pragma once

#include "tessera/matrix/factor.hpp"
#include "tessera/matrix/ordering.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::products {

/// Brings the rows of a factor of a shuffled matrix back into the order of the file: afterwards
/// process r owns part r of an even cut of the original rows. A factor in order is left as it is.
/// Collective.
template <class Real>
void restore_order(Factor<Real>& factor, const Ordering& order, const mpi::Communicator& comm);

}  // namespace tessera::products
