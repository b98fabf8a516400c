#pragma once

#include "tessera/config/options.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::solve {

/// Brings a factorization into the form in which it is stored, without changing W·H: every row of
/// H is scaled to norm 1 (`l2`, which is also `automatic`, `l1`, or `none`: left as it is) and W
/// carries the weight; components are ordered by falling ‖W_:l‖, dead ones last and exactly zero.
/// The first `fixed` components are left as they are, in their places. Collective. @return the
/// number of dead components.
template <class Real>
Index canonicalize(FactorPair<Real>& factors, Normalization normalization, Index fixed,
                   const mpi::Communicator& comm);

}  // namespace tessera::solve
