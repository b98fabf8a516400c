#include "tessera/solve/alternate.hpp"

#include "tessera/solve/extrapolation.hpp"
#include "tessera/solve/supervisor.hpp"

namespace tessera::solve {
namespace {

bool wants_extrapolation(const SolverOptions& solver) {
  return solver.extrapolation == Switch::on ||
         (solver.extrapolation == Switch::automatic && solver.algorithm == Algorithm::hals);
}

/// The loop itself.
template <class Real>
Outcome iterate(Steps<Real>& steps, FactorPair<Real>& factors, Extrapolation<Real>& extrapolation,
                Supervisor<Real>& supervisor, PhaseTimes& times) {
  Outcome outcome;
  for (Index iteration = 0;; ++iteration) {
    steps.prepare_w(supervisor.is_last(iteration));
    if (iteration > 0) {
      const auto reason = supervisor.judge(steps.record(iteration), steps.is_out_of_time(),
                                           factors.w, steps.iterate_h());
      if (reason || steps.is_exact()) {
        outcome.iterations = iteration;
        outcome.reason = reason.value_or(StopReason::exact_solution);
        break;
      }
      if (supervisor.has_rejected()) {
        // Back to the last accepted (W, H), then a step without extrapolation.
        factors = supervisor.kept();
        extrapolation.restart(factors);
        steps.prepare_w(false);
        ++outcome.restarts;
      } else {
        extrapolation.accept();
      }
    }
    // W ← argmin loss(W, H), as far as the rule goes; then beyond it. H likewise.
    steps.update_w();
    timed(times, Phase::update, [&] { extrapolation.extrapolate_w(factors.w.piece.view()); });
    steps.update_h();
    timed(times, Phase::update, [&] { extrapolation.extrapolate_h(factors.h.piece.view()); });
  }
  outcome.returned = supervisor.settle(factors);
  return outcome;
}

template <class Real, class MakeSteps>
Outcome run(const Problem<Real>& problem, bool extrapolates, std::span<Observer* const> observers,
            const MakeSteps& make_steps) {
  const auto& settings = problem.settings;
  const mpi::Traffic traffic_before = problem.grid.traffic();
  Extrapolation<Real> extrapolation(extrapolates, problem.factors);
  const std::unique_ptr<Steps<Real>> steps = make_steps(extrapolation);
  Supervisor<Real> supervisor(settings.stopping, problem.a.summary.squared_norm,
                              what_to_keep(extrapolates, settings.solver.algorithm), observers);
  auto outcome = iterate(*steps, problem.factors, extrapolation, supervisor, problem.times);
  outcome.loop_traffic = problem.grid.traffic() - traffic_before;
  outcome.effort = steps->effort();
  return outcome;
}

}  // namespace

template <class Real>
Outcome alternate(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                  FactorPair<Real>& factors, const Settings& settings,
                  std::span<Observer* const> observers, PhaseTimes& times) {
  const Problem<Real> problem{a, grid, factors, settings, times};
  return run(problem, wants_extrapolation(settings.solver), observers,
             [&](const Extrapolation<Real>& extrapolation) {
               return make_frobenius_steps(problem, extrapolation);
             });
}

template <class Real>
Outcome fit_weights(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings,
                    std::span<Observer* const> observers, PhaseTimes& times) {
  const Problem<Real> problem{a, grid, factors, settings, times};
  return run(problem, false, observers,
             [&](const Extrapolation<Real>&) { return make_weight_steps(problem); });
}

template Outcome alternate(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                           const Settings&, std::span<Observer* const>, PhaseTimes&);
template Outcome alternate(const DataMatrix<double>&, const mpi::ProcessGrid&, FactorPair<double>&,
                           const Settings&, std::span<Observer* const>, PhaseTimes&);
template Outcome fit_weights(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                             const Settings&, std::span<Observer* const>, PhaseTimes&);
template Outcome fit_weights(const DataMatrix<double>&, const mpi::ProcessGrid&,
                             FactorPair<double>&, const Settings&, std::span<Observer* const>,
                             PhaseTimes&);

}  // namespace tessera::solve
