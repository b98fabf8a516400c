#include "tessera/solve/fit_weights.hpp"

#include "tessera/products/cross.hpp"
#include "tessera/products/gram_message.hpp"
#include "tessera/solve/diagnostics.hpp"
#include "tessera/solve/monitor.hpp"
#include "tessera/solve/supervisor.hpp"

namespace tessera::solve {

template <class Real>
Outcome fit_weights(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    FactorPair<Real>& factors, const Settings& settings,
                    std::span<Observer* const> observers, PhaseTimes& times) {
  const Index k = factors.rank();
  const auto w = factors.w.piece.view();
  const auto h = factors.h.piece.view();
  const double squared_norm = a.summary.squared_norm;
  const auto& solver = settings.solver;
  const auto rule = update::make_update_rule<Real>(
      {.algorithm = solver.algorithm,
       .rows = w.rows(),
       .rank = k,
       .inner = update::inner_steps(solver, a.m(), a.n(), a.summary.stored_entries),
       .step = solver.step,
       .penalty = solver.penalty_w});
  products::CrossProducts<Real> products(a, grid, k, times);
  products::GramMessage<Real> gram_w(grid.comm(), k, times);
  products::GramMessage<Real> gram_h(grid.comm(), k, times);
  Monitor<Real> monitor(squared_norm, settings, false, times);
  Supervisor<Real> supervisor(settings.stopping, squared_norm,
                              what_to_keep(false, solver.algorithm), observers);
  const mpi::Traffic traffic_before = grid.traffic();
  Outcome outcome;

  // G = H·Hᵀ and C = A·Hᵀ stay the same for all updates.
  gram_h.begin(h, {});
  const auto cross = products.times_h(h, [&] { gram_h.progress(); });
  gram_h.finish();
  outcome.cross_products = 1;

  std::optional<StopReason> reason;
  while (!reason) {
    ++outcome.iterations;
    monitor.before_w(gram_w.gram(), gram_h.gram(), cross, w);
    timed(times, Phase::update, [&] { rule->update(gram_h.gram(), cross, w); });
    // ½‖A − WH‖² = ½(‖A‖² − 2⟨A·Hᵀ, W⟩ + ⟨WᵀW, HHᵀ⟩)
    monitor.after_w(cross, w);
    gram_w.begin(w, monitor.shares());
    gram_w.finish();
    const auto record =
        monitor.record(outcome.iterations, gram_w.riders(), gram_w.gram(), gram_h.gram());
    reason = supervisor.judge(record, gram_w.riders().out_of_time > 0, factors.w, factors.h);
    if (!reason && is_exact(solver.algorithm)) {
      reason = StopReason::exact_solution;
    }
  }
  outcome.reason = *reason;
  outcome.returned = supervisor.settle(factors);
  outcome.loop_traffic = grid.traffic() - traffic_before;
  outcome.diagnostics_w = of_all_processes(rule->diagnostics(), grid.comm());
  return outcome;
}

template Outcome fit_weights(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                             const Settings&, std::span<Observer* const>, PhaseTimes&);
template Outcome fit_weights(const DataMatrix<double>&, const mpi::ProcessGrid&,
                             FactorPair<double>&, const Settings&, std::span<Observer* const>,
                             PhaseTimes&);

}  // namespace tessera::solve
