#include "tessera/solve/alternate.hpp"

#include "tessera/products/cross.hpp"
#include "tessera/products/gram_message.hpp"
#include "tessera/solve/monitor.hpp"
#include "tessera/solve/supervisor.hpp"

namespace tessera::solve {

template <class Real>
Outcome alternate(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                  FactorPair<Real>& factors, Algorithm algorithm, const StoppingOptions& options,
                  std::span<Observer* const> observers, PhaseTimes& times) {
  const Index k = factors.rank();
  const auto w = factors.w.piece.view();
  const auto h = factors.h.piece.view();
  const auto rule_w = update::make_update_rule<Real>(algorithm, w.rows(), k);
  const auto rule_h = update::make_update_rule<Real>(algorithm, h.rows(), k);
  const double squared_norm = a.summary.squared_norm;
  products::CrossProducts<Real> products(a, grid, k, times);
  products::GramMessage<Real> gram_w(grid.comm(), k, times);
  products::GramMessage<Real> gram_h(grid.comm(), k, times);
  Monitor<Real> monitor(squared_norm, k, options, times);
  Supervisor<Real> supervisor(options, squared_norm, !rule_w->is_monotone(), observers);
  const mpi::Traffic traffic_before = grid.traffic();
  Outcome outcome;

  gram_w.begin(w, {});
  gram_w.finish();
  for (Index iteration = 0;; ++iteration) {
    // G = H·Hᵀ starts its way, with the sums behind the last iterate's loss.
    gram_h.begin(h, monitor.shares());
    ConstMatrixView<Real> cross;
    if (!supervisor.is_last(iteration)) {
      // C = A·Hᵀ, while G travels.
      cross = products.times_h(h, [&] { gram_h.progress(); });
      ++outcome.cross_products;
    }
    gram_h.finish();

    if (iteration > 0) {
      const auto record = monitor.record(iteration, gram_h.riders(), gram_w.gram(), gram_h.gram());
      if (const auto reason = supervisor.judge(record, gram_h.riders().out_of_time > 0, factors)) {
        outcome.iterations = iteration;
        outcome.reason = *reason;
        break;
      }
    }

    // W ← argmin ½tr(W·G·Wᵀ) − tr(W·Cᵀ), as far as the rule goes.
    monitor.before_w(gram_w.gram(), gram_h.gram(), cross, w);
    timed(times, Phase::update, [&] { rule_w->update(gram_h.gram(), cross, w); });

    // G = Wᵀ·W and C = Aᵀ·W for H, in the same way.
    gram_w.begin(w, {});
    cross = products.transposed_times_w(w, [&] { gram_w.progress(); });
    ++outcome.cross_products;
    gram_w.finish();
    monitor.before_h(gram_w.gram(), gram_h.gram(), cross, h);
    timed(times, Phase::update, [&] { rule_h->update(gram_w.gram(), cross, h); });
    monitor.after_h(cross, h);
  }

  outcome.returned = supervisor.settle(factors);
  outcome.loop_traffic = grid.traffic() - traffic_before;
  outcome.diagnostics_w = rule_w->diagnostics();
  outcome.diagnostics_h = rule_h->diagnostics();
  return outcome;
}

template Outcome alternate(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                           Algorithm, const StoppingOptions&, std::span<Observer* const>,
                           PhaseTimes&);
template Outcome alternate(const DataMatrix<double>&, const mpi::ProcessGrid&, FactorPair<double>&,
                           Algorithm, const StoppingOptions&, std::span<Observer* const>,
                           PhaseTimes&);

}  // namespace tessera::solve
