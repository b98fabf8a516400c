#pragma once

#include <span>

#include "tessera/core/timer.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/solve/checkpointer.hpp"
#include "tessera/solve/observer.hpp"
#include "tessera/solve/settings.hpp"
#include "tessera/solve/steps.hpp"
#include "tessera/solve/stopping.hpp"

namespace tessera::solve {

/// How a run of the loop ended.
struct Outcome {
  Index iterations = 0;         ///< performed
  Index iterations_before = 0;  ///< of them by earlier parts of a run that was resumed
  Index restarts = 0;           ///< of the extrapolation
  StopReason reason = StopReason::max_iterations;
  IterationRecord returned;  ///< the iterate whose factors are returned
  Effort effort;             ///< two products an iteration, one for each restart of the
                             ///< extrapolation, and one that was begun before the loss said to stop
  mpi::Traffic loop_traffic;  ///< of this process, in the loop
};

/// How many copies of its rows of W and Hᵀ a process holds during alternate().
[[nodiscard]] Index factor_copies(const SolverOptions& solver);

/// Minimises the loss plus penalties over W, H ≥ 0, starting from `factors`, which hold the result
/// afterwards.
///
/// Collective: every process of the grid calls it with its block of A and its pieces of W and Hᵀ.
/// Each observer is called on every process, once an iteration.
///
/// With a checkpointer the run is saved when that says so, and before it ends for a reason that
/// is_interrupted(). With a resumption `factors` hold those of its checkpoint: on the same grid,
/// with the same threads and kernels, the run then goes on to the bit as if it had not stopped.
/// @throws mpi::AgreedError (code numerical) when the loss is no longer finite, (code input) when
/// the resumption does not fit the settings.
template <class Real>
Outcome alternate(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                  FactorPair<Real>& factors, const Settings& settings,
                  std::span<Observer* const> observers, PhaseTimes& times,
                  const Persistence<Real>& persistence = {});

/// The same over W alone, for given H (k×n): the weights of A's rows. `factors` holds H and a start
/// of W, and the weights afterwards. An exact rule needs one iteration.
template <class Real>
Outcome fit_weights(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings,
                    std::span<Observer* const> observers, PhaseTimes& times);

/// The same over H alone, for given W: as many iterations as settings.stopping allows, or one if
/// the rule is exact.
template <class Real>
void fit_components(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings, PhaseTimes& times);

}  // namespace tessera::solve
