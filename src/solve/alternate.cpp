#include "tessera/solve/alternate.hpp"

#include "tessera/products/cross.hpp"
#include "tessera/products/gram_message.hpp"
#include "tessera/solve/diagnostics.hpp"
#include "tessera/solve/extrapolation.hpp"
#include "tessera/solve/monitor.hpp"
#include "tessera/solve/supervisor.hpp"

namespace tessera::solve {
namespace {

template <class Real>
struct Rules {
  std::unique_ptr<update::UpdateRule<Real>> w;
  std::unique_ptr<update::UpdateRule<Real>> h;
};

template <class Real>
Rules<Real> make_rules(const DataMatrix<Real>& a, const FactorPair<Real>& factors,
                       const Settings& settings) {
  const auto& solver = settings.solver;
  const auto make = [&](const Factor<Real>& own, Index other_rows, const Penalty& penalty,
                        Index fixed) {
    return update::make_update_rule<Real>(
        {.algorithm = solver.algorithm,
         .rows = own.owned.size(),
         .rank = solver.rank,
         .fixed = fixed,
         .inner =
             update::inner_steps(solver, own.global_rows, other_rows, a.summary.stored_entries),
         .step = solver.step,
         .penalty = penalty});
  };
  return {make(factors.w, a.n(), solver.penalty_w, 0),
          make(factors.h, a.m(), solver.penalty_h, settings.fixed_h)};
}

bool wants_extrapolation(const SolverOptions& solver) {
  return solver.extrapolation == Switch::on ||
         (solver.extrapolation == Switch::automatic && solver.algorithm == Algorithm::hals);
}

}  // namespace

template <class Real>
Outcome alternate(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                  FactorPair<Real>& factors, const Settings& settings,
                  std::span<Observer* const> observers, PhaseTimes& times) {
  const Index k = factors.rank();
  const auto w = factors.w.piece.view();
  const auto h = factors.h.piece.view();
  const double squared_norm = a.summary.squared_norm;
  const auto rules = make_rules(a, factors, settings);
  Extrapolation<Real> extrapolation(wants_extrapolation(settings.solver), factors);
  products::CrossProducts<Real> products(a, grid, k, times);
  products::GramMessage<Real> gram_w(grid.comm(), k, times);
  products::GramMessage<Real> gram_h(grid.comm(), k, times);
  Monitor<Real> monitor(squared_norm, settings, extrapolation.is_on(), times);
  Supervisor<Real> supervisor(settings.stopping, squared_norm,
                              what_to_keep(extrapolation.is_on(), settings.solver.algorithm),
                              observers);
  const mpi::Traffic traffic_before = grid.traffic();
  Outcome outcome;
  ConstMatrixView<Real> cross;

  // G = H·Hᵀ starts its way, with the sums behind the last iterate's loss; C = A·Hᵀ meanwhile.
  const auto multiply_h = [&](bool is_last) {
    gram_h.begin(h, monitor.shares());
    if (!is_last) {
      cross = products.times_h(h, [&] { gram_h.progress(); });
      ++outcome.cross_products;
    }
    gram_h.finish();
  };

  gram_w.begin(w, {});
  gram_w.finish();
  for (Index iteration = 0;; ++iteration) {
    multiply_h(supervisor.is_last(iteration));
    if (iteration > 0) {
      const auto record = monitor.record(iteration, gram_h.riders(), gram_w.gram(), gram_h.gram());
      if (const auto reason = supervisor.judge(record, gram_h.riders().out_of_time > 0, factors.w,
                                               extrapolation.iterate_h(factors))) {
        outcome.iterations = iteration;
        outcome.reason = *reason;
        break;
      }
      if (supervisor.has_rejected()) {
        // Back to the last accepted (W, H), then a step without extrapolation.
        factors = supervisor.kept();
        extrapolation.restart(factors);
        multiply_h(false);
        ++outcome.restarts;
      } else {
        extrapolation.accept();
      }
    }

    // W ← argmin ½tr(W·G·Wᵀ) − tr(W·Cᵀ), as far as the rule goes; then beyond it.
    monitor.before_w(gram_w.gram(), gram_h.gram(), cross, w);
    timed(times, Phase::update, [&] {
      rules.w->update(gram_h.gram(), cross, w);
      extrapolation.extrapolate_w(w);
    });

    // G = Wᵀ·W and C = Aᵀ·W for H, in the same way.
    gram_w.begin(w, {});
    cross = products.transposed_times_w(w, [&] { gram_w.progress(); });
    ++outcome.cross_products;
    gram_w.finish();
    monitor.before_h(gram_w.gram(), gram_h.gram(), cross, h);
    timed(times, Phase::update, [&] { rules.h->update(gram_w.gram(), cross, h); });
    monitor.after_h(gram_w.gram(), cross, w, h);
    timed(times, Phase::update, [&] { extrapolation.extrapolate_h(h); });
  }

  outcome.returned = supervisor.settle(factors);
  outcome.loop_traffic = grid.traffic() - traffic_before;
  outcome.diagnostics_w = of_all_processes(rules.w->diagnostics(), grid.comm());
  outcome.diagnostics_h = of_all_processes(rules.h->diagnostics(), grid.comm());
  return outcome;
}

template Outcome alternate(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                           const Settings&, std::span<Observer* const>, PhaseTimes&);
template Outcome alternate(const DataMatrix<double>&, const mpi::ProcessGrid&, FactorPair<double>&,
                           const Settings&, std::span<Observer* const>, PhaseTimes&);

}  // namespace tessera::solve
