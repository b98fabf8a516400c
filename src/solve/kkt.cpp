#include "tessera/solve/kkt.hpp"

#include "tessera/products/cross.hpp"
#include "tessera/products/gram_message.hpp"
#include "tessera/solve/monitor.hpp"
#include "tessera/solve/row_coupling.hpp"

namespace tessera::solve {

template <class Real>
double kkt_residual(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    const FactorPair<Real>& factors, Settings settings) {
  settings.stopping.kkt_tolerance = 1.0;  // only so that it is measured
  const auto w = factors.w.piece.view();
  const auto h = factors.h.piece.view();
  PhaseTimes unused;
  products::CrossProducts<Real> products(a, grid, factors.rank(), unused);
  products::GramMessage<Real> gram_w(grid.comm(), factors.rank(), unused);
  products::GramMessage<Real> gram_h(grid.comm(), factors.rank(), unused);
  const RunClock clock(0);
  Monitor<Real> monitor(a.summary.squared_norm, settings, false, clock, unused);
  gram_w.begin(w, {});
  gram_w.finish();
  gram_h.begin(h, {});
  gram_h.finish();
  const auto nothing = [] {};
  auto coupling_w = couple_w(a, grid, settings.solver, unused);
  auto coupling_h = couple_h(a, grid, settings.solver, unused);
  coupling_w.renew(w);
  coupling_h.renew(h);
  monitor.before_w(gram_w.gram(), gram_h.gram(), products.times_h(h, nothing), w,
                   coupling_w.terms());
  monitor.before_h(gram_w.gram(), gram_h.gram(), products.transposed_times_w(w, nothing), h,
                   coupling_h.terms());
  gram_w.begin(w, monitor.shares());
  gram_w.finish();
  return monitor.record(0, gram_w.riders(), gram_w.gram(), gram_h.gram()).kkt_residual;
}

template double kkt_residual(const DataMatrix<float>&, const mpi::ProcessGrid&,
                             const FactorPair<float>&, Settings);
template double kkt_residual(const DataMatrix<double>&, const mpi::ProcessGrid&,
                             const FactorPair<double>&, Settings);

}  // namespace tessera::solve
