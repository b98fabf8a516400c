#pragma once

#include "tessera/core/holdout.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/solve/settings.hpp"

namespace tessera::solve {

/// Completes factors that were found without some rows I and columns J of A, where W and H are
/// zero: W's rows I become the weights of A's rows I for the components as they are known outside
/// J, H's columns J those of A's columns J for W outside I. The entries of A where I crosses J have
/// had no part in either, so that their predictions can be scored: bi-cross-validation. Source:
/// Owen & Perry, Annals of Applied Statistics 2009, section 5.
///
/// Collective. @pre `a` is the whole matrix, `factors` those of its training copy.
template <class Real>
void fold_in(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, FactorPair<Real>& factors,
             const HoldoutRule& held_out, const Settings& settings);

}  // namespace tessera::solve
