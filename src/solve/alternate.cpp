#include "tessera/solve/alternate.hpp"

#include <algorithm>

#include "tessera/config/upper_bound.hpp"
#include "tessera/mpi/agree.hpp"
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

constexpr const char* kIteration = "iteration";
constexpr const char* kRestarts = "restarts";
constexpr const char* kIterate = "iterate";

/// What moves while the loop runs.
template <class Real>
struct State {
  FactorPair<Real>& factors;
  Extrapolation<Real>& extrapolation;
  Supervisor<Real>& supervisor;
  Steps<Real>& steps;
  const mpi::ProcessGrid& grid;
  Outcome outcome = {};
  mpi::Traffic saving = {};  ///< what checkpoints moved
};

/// Between two iterations, with no message under way.
template <class Real>
void save(Checkpointer<Real>& checkpointer, State<Real>& state) {
  const auto& [factors, extrapolation, supervisor, steps, grid, outcome, saving] = state;
  const mpi::Traffic before = grid.traffic();
  Snapshot<Real> snapshot;
  snapshot.note(kIteration, static_cast<double>(outcome.iterations));
  snapshot.note(kRestarts, static_cast<double>(outcome.restarts));
  supervisor.save(snapshot);
  extrapolation.save(factors, snapshot);
  steps.save(snapshot);
  const bool goes_on_elsewhere = supervisor.keeps() == Keeps::best;
  if (goes_on_elsewhere) {
    snapshot.refer(Side::w, kIterate, factors.w);
    snapshot.refer(Side::h, kIterate, factors.h);
  }
  const Factor<Real>& w = goes_on_elsewhere ? supervisor.kept().w : factors.w;
  const Factor<Real>& h = goes_on_elsewhere ? supervisor.kept().h : steps.iterate_h();
  checkpointer.save({w, h, supervisor.returned(), std::move(snapshot)});
  state.saving += grid.traffic() - before;
}

/// The factors hold the iterate to be returned, and then what the loop goes on with; steps made
/// from these are still to be restored. @return what earlier parts of the run came to.
template <class Real>
Outcome restore(const Resumption<Real>& resumption, FactorPair<Real>& factors,
                Extrapolation<Real>& extrapolation, Supervisor<Real>& supervisor) {
  const auto& snapshot = resumption.state;
  Outcome outcome;
  outcome.iterations = static_cast<Index>(snapshot.number(kIteration));
  outcome.restarts = static_cast<Index>(snapshot.number(kRestarts));
  outcome.iterations_before = outcome.iterations;
  if (resumption.history.empty() || outcome.iterations != resumption.history.back().iteration) {
    throw InputError("the checkpoint's history ends at another iteration than the run");
  }
  supervisor.restore(snapshot, resumption.history, factors.w, factors.h);
  extrapolation.restore(snapshot, factors);
  if (supervisor.keeps() == Keeps::best) {
    factors.w = snapshot.rows(Side::w, kIterate, factors.rank());
    factors.h = snapshot.rows(Side::h, kIterate, factors.rank());
  }
  return outcome;
}

/// The loop itself.
template <class Real>
void iterate(State<Real>& state, Checkpointer<Real>* checkpointer, PhaseTimes& times) {
  auto& [factors, extrapolation, supervisor, steps, grid, outcome, saving] = state;
  const Index first = outcome.iterations;
  if (first > 0 && supervisor.is_last(first)) {
    outcome.reason = StopReason::max_iterations;  // which was lowered meanwhile
    outcome.returned = supervisor.settle(factors);
    return;
  }
  for (Index iteration = first;; ++iteration) {
    steps.prepare_w(supervisor.is_last(iteration));
    if (iteration > first) {
      const Requests requests = steps.requests();
      auto reason =
          supervisor.judge(steps.record(iteration), requests, factors.w, steps.iterate_h());
      if (!reason && steps.is_exact()) {
        reason = StopReason::exact_solution;
      }
      outcome.iterations = iteration;
      outcome.reason = reason.value_or(outcome.reason);
      if (reason && !is_interrupted(*reason)) {
        break;
      }
      if (supervisor.has_rejected()) {
        // Back to the last accepted (W, H), then a step without extrapolation.
        factors = supervisor.kept();
        extrapolation.restart(factors);
        steps.set_back();
        ++outcome.restarts;
      } else {
        extrapolation.accept();
      }
      if (checkpointer != nullptr && (reason || checkpointer->is_due(iteration, requests))) {
        save(*checkpointer, state);
      }
      if (reason) {
        break;
      }
      if (supervisor.has_rejected()) {
        steps.prepare_w(false);
      }
    }
    // W ← argmin loss(W, H), as far as the rule goes; then beyond it. H likewise.
    steps.update_w(extrapolation);
    steps.update_h();
    timed(times, Phase::update, [&] { extrapolation.extrapolate_h(factors.h.piece.view()); });
  }
  outcome.returned = supervisor.settle(factors);
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
  const auto& [a, grid, factors, settings, clock, times] = problem;
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
            std::span<Observer* const> observers, const Persistence<Real>& persistence = {}) {
  const auto& [a, grid, factors, settings, clock, times] = problem;
  const double reference = products::reference_loss(a, grid, settings.solver.divergence());
  const mpi::Traffic traffic_before = grid.traffic();
  Extrapolation<Real> extrapolation(momentum, factors, settings.solver.upper_bound);
  Supervisor<Real> supervisor(
      settings.stopping, reference,
      what_to_keep(extrapolation.is_on(), settings.solver.chosen_algorithm()), observers);
  const auto* resumption = persistence.resumption;
  Outcome before;
  if (resumption != nullptr) {
    before = mpi::agree(grid.comm(),
                        [&] { return restore(*resumption, factors, extrapolation, supervisor); });
  }
  const auto steps = make_steps(problem, extrapolation, updates_h);
  if (resumption != nullptr) {
    mpi::agree(grid.comm(), [&] { steps->restore(resumption->state); });
    resumption->state = {};  // all of it has its place now
  }
  State<Real> state{factors, extrapolation, supervisor, *steps, grid, before};
  iterate(state, persistence.checkpointer, times);
  auto& outcome = state.outcome;
  outcome.loop_traffic = grid.traffic() - traffic_before - steps->setup_traffic() - state.saving;
  outcome.effort = steps->effort();
  for (auto* bytes :
       {&outcome.effort.predicted_bytes, &outcome.effort.predicted_bytes_per_iteration}) {
    *bytes = grid.comm().sum(*bytes);
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
                  std::span<Observer* const> observers, PhaseTimes& times,
                  const Persistence<Real>& persistence) {
  cut_at_upper_bound(factors, settings);
  const auto* resumption = persistence.resumption;
  auto* checkpointer = persistence.checkpointer;
  const double before = resumption != nullptr && !resumption->history.empty()
                            ? resumption->history.back().seconds
                            : 0.0;
  const RunClock clock(settings.stopping.time_limit, before, [checkpointer] {
    return checkpointer != nullptr ? checkpointer->requests() : Requests{};
  });
  return run(Problem<Real>{a, grid, factors, settings, clock, times}, momentum_of(settings.solver),
             true, observers, persistence);
}

template <class Real>
Outcome fit_weights(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings,
                    std::span<Observer* const> observers, PhaseTimes& times) {
  const RunClock clock(settings.stopping.time_limit);
  return run(Problem<Real>{a, grid, factors, settings, clock, times}, Momentum::none, false,
             observers);
}

template <class Real>
void fit_components(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings, PhaseTimes& times) {
  // Without an update of W there is nothing that one pass could follow.
  Settings in_two_passes = settings;
  in_two_passes.solver.passes = Passes::two;
  const RunClock clock(settings.stopping.time_limit);
  const Problem<Real> problem{a, grid, factors, in_two_passes, clock, times};
  const Extrapolation<Real> none(Momentum::none, factors, settings.solver.upper_bound);
  const auto steps = make_steps(problem, none, true);
  StoppingRule stopping(settings.stopping,
                        products::reference_loss(a, grid, settings.solver.divergence()));
  const bool one_is_enough = is_exact(settings.solver.chosen_algorithm());
  for (Index iteration = 0;; ++iteration) {
    steps->prepare_w(true);
    if (iteration > 0 && (one_is_enough || stopping.check(steps->record(iteration), {}))) {
      break;
    }
    steps->update_h();
  }
  fill_unobserved(problem, true);
}

template Outcome alternate(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                           const Settings&, std::span<Observer* const>, PhaseTimes&,
                           const Persistence<float>&);
template Outcome alternate(const DataMatrix<double>&, const mpi::ProcessGrid&, FactorPair<double>&,
                           const Settings&, std::span<Observer* const>, PhaseTimes&,
                           const Persistence<double>&);
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
