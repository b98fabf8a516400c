#include "tessera/solve/alternate.hpp"

#include <algorithm>

#include "tessera/config/upper_bound.hpp"
#include "tessera/products/divergence.hpp"
#include "tessera/products/observations.hpp"
#include "tessera/solve/extrapolation.hpp"
#include "tessera/solve/supervisor.hpp"

namespace tessera::solve {
namespace {

/// Multiplicative updates gain as much by it as HALS; that of Frobenius's loss stays Lee & Seung's
/// unless asked.
Momentum momentum_of(const SolverOptions& solver) {
  const bool pays = solver.chosen_algorithm() == Algorithm::hals || !solver.is_frobenius();
  const bool on =
      solver.extrapolation == Switch::on || (solver.extrapolation == Switch::automatic && pays);
  if (!on) {
    return Momentum::none;
  }
  return solver.chosen_algorithm() == Algorithm::mu ? Momentum::growing : Momentum::projected;
}

/// Entries beyond the upper bound become the bound, but those that stay as they are.
template <class Real>
void cut_at_upper_bound(FactorPair<Real>& factors, const Settings& settings) {
  const Real bound = largest_entry<Real>(settings.solver.upper_bound);
  const auto cut = [bound](Real& entry) { entry = std::min(entry, bound); };
  std::ranges::for_each(factors.w.piece.span(), cut);
  for (Index row = 0; row < factors.h.piece.rows(); ++row) {
    Real* entries = factors.h.piece.view().row(row);
    std::for_each(entries + settings.fixed_h, entries + factors.rank(), cut);
  }
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
    steps.update_w(extrapolation);
    steps.update_h();
    timed(times, Phase::update, [&] { extrapolation.extrapolate_h(factors.h.piece.view()); });
  }
  outcome.returned = supervisor.settle(factors);
  return outcome;
}

/// The steps that the loss, the rule and what is observed ask for.
template <class Real>
std::unique_ptr<Steps<Real>> make_steps(const Problem<Real>& problem,
                                        const Extrapolation<Real>& extrapolation, bool updates_h) {
  const auto& solver = problem.settings.solver;
  const bool observed = problem.a.observed_only;
  if (!solver.is_frobenius() || (observed && solver.chosen_algorithm() == Algorithm::mu)) {
    return make_beta_steps(problem, updates_h);
  }
  if (observed) {
    return make_observed_steps(problem, extrapolation, updates_h);
  }
  return updates_h ? make_frobenius_steps(problem, extrapolation) : make_weight_steps(problem);
}

/// Rows of a factor of which nothing is observed get the mean of the others.
template <class Real>
void fill_unobserved(const Problem<Real>& problem, bool updates_h) {
  const auto& [a, grid, factors, settings, times] = problem;
  if (!a.observed_only) {
    return;
  }
  products::fill_unobserved<Real>(factors.w, products::observed_weights_of_rows(a, grid), 0,
                                  grid.comm());
  if (updates_h) {
    products::fill_unobserved<Real>(factors.h, products::observed_weights_of_columns(a, grid),
                                    settings.fixed_h, grid.comm());
  }
}

template <class Real>
Outcome run(const Problem<Real>& problem, Momentum momentum, bool updates_h,
            std::span<Observer* const> observers) {
  const auto& settings = problem.settings;
  const double reference =
      products::reference_loss(problem.a, problem.grid, settings.solver.divergence());
  const mpi::Traffic traffic_before = problem.grid.traffic();
  Extrapolation<Real> extrapolation(momentum, problem.factors, settings.solver.upper_bound);
  const auto steps = make_steps(problem, extrapolation, updates_h);
  Supervisor<Real> supervisor(
      settings.stopping, reference,
      what_to_keep(extrapolation.is_on(), settings.solver.chosen_algorithm()), observers);
  auto outcome = iterate(*steps, problem.factors, extrapolation, supervisor, problem.times);
  outcome.loop_traffic = problem.grid.traffic() - traffic_before - steps->setup_traffic();
  outcome.effort = steps->effort();
  for (auto* bytes :
       {&outcome.effort.predicted_bytes, &outcome.effort.predicted_bytes_per_iteration}) {
    *bytes = problem.grid.comm().sum(*bytes);
  }
  fill_unobserved(problem, updates_h);
  return outcome;
}

}  // namespace

Index factor_copies(const SolverOptions& solver) {
  const bool extrapolates = momentum_of(solver) != Momentum::none;
  const bool keeps = what_to_keep(extrapolates, solver.chosen_algorithm()) != Keeps::last;
  return 1 + (extrapolates ? 1 : 0) + (keeps ? 1 : 0);
}

template <class Real>
Outcome alternate(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                  FactorPair<Real>& factors, const Settings& settings,
                  std::span<Observer* const> observers, PhaseTimes& times) {
  cut_at_upper_bound(factors, settings);
  return run(Problem<Real>{a, grid, factors, settings, times}, momentum_of(settings.solver), true,
             observers);
}

template <class Real>
Outcome fit_weights(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings,
                    std::span<Observer* const> observers, PhaseTimes& times) {
  return run(Problem<Real>{a, grid, factors, settings, times}, Momentum::none, false, observers);
}

template <class Real>
void fit_components(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings, PhaseTimes& times) {
  // Without an update of W there is nothing that one pass could follow.
  Settings in_two_passes = settings;
  in_two_passes.solver.passes = Passes::two;
  const Problem<Real> problem{a, grid, factors, in_two_passes, times};
  const Extrapolation<Real> none(Momentum::none, factors, settings.solver.upper_bound);
  const auto steps = make_steps(problem, none, true);
  StoppingRule stopping(settings.stopping,
                        products::reference_loss(a, grid, settings.solver.divergence()));
  const bool one_is_enough = is_exact(settings.solver.chosen_algorithm());
  for (Index iteration = 0;; ++iteration) {
    steps->prepare_w(true);
    if (iteration > 0 && (one_is_enough || stopping.check(steps->record(iteration), false))) {
      break;
    }
    steps->update_h();
  }
  fill_unobserved(problem, true);
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

template void fit_components(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                             const Settings&, PhaseTimes&);
template void fit_components(const DataMatrix<double>&, const mpi::ProcessGrid&,
                             FactorPair<double>&, const Settings&, PhaseTimes&);

}  // namespace tessera::solve
