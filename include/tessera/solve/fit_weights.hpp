#pragma once

#include <span>

#include "tessera/core/timer.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/solve/alternate.hpp"

namespace tessera::solve {

/// Minimises ½‖A − WH‖² plus W's penalty over W ≥ 0 for given H (k×n): the weights of A's rows.
/// `factors` holds H and a start of W, and the weights afterwards.
///
/// A is needed once, for A·Hᵀ; then the rule repeats its update until the stopping rule ends it.
/// An exact rule needs one update. Collective, as alternate().
/// @throws mpi::AgreedError (code numerical) when the loss is no longer finite.
template <class Real>
Outcome fit_weights(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings,
                    std::span<Observer* const> observers, PhaseTimes& times);

}  // namespace tessera::solve
