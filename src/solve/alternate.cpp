#include "tessera/solve/alternate.hpp"

#include <cmath>

#include "tessera/mpi/agree.hpp"
#include "tessera/products/cross.hpp"
#include "tessera/products/gram_message.hpp"
#include "tessera/solve/best_iterate.hpp"
#include "tessera/solve/monitor.hpp"

namespace tessera::solve {
namespace {

void require_finite(const IterationRecord& record) {
  if (!std::isfinite(record.loss)) {
    throw mpi::AgreedError(ExitCode::numerical,
                           "the loss is no longer a finite number in iteration " +
                               std::to_string(record.iteration) +
                               ". Try --precision float64, or scale the data");
  }
}

template <class Real>
void timed_update(update::UpdateRule<Real>& rule, ConstMatrixView<double> gram,
                  ConstMatrixView<Real> cross, MatrixView<Real> factor, PhaseTimes& times) {
  const auto scope = times.scope(Phase::update);
  rule.update(gram, cross, factor);
}

}  // namespace

template <class Real>
Outcome alternate(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                  FactorPair<Real>& factors, Algorithm algorithm, const StoppingOptions& options,
                  std::span<Observer* const> observers, PhaseTimes& times) {
  const Index k = factors.rank();
  const auto w = factors.w.piece.view();
  const auto h = factors.h.piece.view();
  const auto rule_w = update::make_update_rule<Real>(algorithm, w.rows(), k);
  const auto rule_h = update::make_update_rule<Real>(algorithm, h.rows(), k);
  const mpi::Traffic traffic_before = grid.traffic();
  products::CrossProducts<Real> products(a, grid, k, times);
  products::GramMessage<Real> gram_w(grid.comm(), k, times);
  products::GramMessage<Real> gram_h(grid.comm(), k, times);
  Monitor<Real> monitor(a.summary.squared_norm, k, options, times);
  StoppingRule stopping(options, a.summary.squared_norm);
  BestIterate<Real> best;
  Outcome outcome;

  gram_w.begin(w, {});
  gram_w.finish();
  for (Index iteration = 0;; ++iteration) {
    gram_h.begin(h, monitor.shares());  // G = H·Hᵀ, and the sums behind the last loss
    ConstMatrixView<Real> cross_w;
    if (!stopping.is_last(iteration)) {
      cross_w = products.times_h(h, [&] { gram_h.progress(); });  // C = A·Hᵀ, while G travels
    }
    gram_h.finish();

    if (iteration > 0) {
      outcome.returned = monitor.record(iteration, gram_h.riders(), gram_w.gram(), gram_h.gram());
      require_finite(outcome.returned);
      for (Observer* observer : observers) {
        observer->on_iteration(outcome.returned);
      }
      if (!rule_w->is_monotone()) {
        best.offer(outcome.returned, factors);
      }
      if (const auto reason = stopping.check(outcome.returned, gram_h.riders().out_of_time > 0)) {
        outcome.iterations = iteration;
        outcome.reason = *reason;
        break;
      }
    }

    monitor.before_w(gram_w.gram(), gram_h.gram(), cross_w, w);
    timed_update(*rule_w, gram_h.gram(), cross_w, w, times);  // W ← min_W ‖A − WH‖

    gram_w.begin(w, {});                                                              // G = Wᵀ·W
    const auto cross_h = products.transposed_times_w(w, [&] { gram_w.progress(); });  // C = Aᵀ·W
    gram_w.finish();
    monitor.before_h(gram_w.gram(), gram_h.gram(), cross_h, h);
    timed_update(*rule_h, gram_w.gram(), cross_h, h, times);  // H ← min_H ‖A − WH‖
    monitor.after_h(cross_h, h);
  }

  outcome.loop_traffic = grid.traffic() - traffic_before;
  outcome.diagnostics_w = rule_w->diagnostics();
  outcome.diagnostics_h = rule_h->diagnostics();
  if (!rule_w->is_monotone()) {
    outcome.returned = best.restore(factors);
  }
  return outcome;
}

template Outcome alternate(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                           Algorithm, const StoppingOptions&, std::span<Observer* const>,
                           PhaseTimes&);
template Outcome alternate(const DataMatrix<double>&, const mpi::ProcessGrid&, FactorPair<double>&,
                           Algorithm, const StoppingOptions&, std::span<Observer* const>,
                           PhaseTimes&);

}  // namespace tessera::solve
