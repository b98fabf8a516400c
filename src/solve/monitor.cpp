#include "tessera/solve/monitor.hpp"

#include <algorithm>
#include <cmath>

#include "tessera/config/upper_bound.hpp"
#include "tessera/kernels/gram.hpp"
#include "tessera/solve/penalty.hpp"
#include "tessera/update/penalized_gram.hpp"

namespace tessera::solve {
namespace {

/// Sets scale[l] = √(from_ll / to_ll)^½ : what a column's gradient is multiplied by when both
/// factors' columns are scaled to equal norm; 1 where a component is zero.
void balance(ConstMatrixView<double> from, ConstMatrixView<double> to, std::span<double> scale) {
  for (Index l = 0; l < from.rows(); ++l) {
    const bool both = from(l, l) > 0 && to(l, l) > 0;
    scale[static_cast<std::size_t>(l)] = both ? std::pow(from(l, l) / to(l, l), 0.25) : 1.0;
  }
}

double dot(ConstMatrixView<double> x, ConstMatrixView<double> y) {
  return kernels::inner_product<double>(x, y);
}

}  // namespace

template <class Real>
Monitor<Real>::Monitor(double squared_norm, const Settings& settings, bool extrapolates,
                       const RunClock& clock, PhaseTimes& times)
    : squared_norm_(squared_norm),
      penalty_w_(settings.solver.penalty_w),
      penalty_h_(settings.solver.penalty_h),
      upper_bound_(largest_entry<Real>(settings.solver.upper_bound)),
      extrapolates_(extrapolates),
      measures_kkt_(settings.stopping.kkt_tolerance > 0),
      clock_(clock),
      times_(times),
      scale_(static_cast<std::size_t>(settings.solver.rank)),
      gram_(settings.solver.rank, settings.solver.rank),
      workspace_(kernels::kTileRows, settings.solver.rank),
      gram_h_(settings.solver.rank, settings.solver.rank),
      gram_tile_(kernels::kGramTileRows, settings.solver.rank) {}

template <class Real>
void Monitor<Real>::before_w(ConstMatrixView<double> gram_w, ConstMatrixView<double> gram_h,
                             ConstMatrixView<Real> cross, ConstMatrixView<Real> w,
                             const Coupling<Real>& coupling) {
  shares_ = {};
  if (measures_kkt_) {
    balance(gram_w, gram_h, scale_);
    measure(gram_h, {.cross = cross, .factor = w, .coupling = coupling}, penalty_w_,
            shares_.squared_cross_w);
  }
}

template <class Real>
void Monitor<Real>::before_h(ConstMatrixView<double> gram_w, ConstMatrixView<double> gram_h,
                             ConstMatrixView<Real> cross, ConstMatrixView<Real> h,
                             const Coupling<Real>& coupling) {
  if (measures_kkt_) {
    balance(gram_h, gram_w, scale_);
    measure(gram_w, {.cross = cross, .factor = h, .coupling = coupling}, penalty_h_,
            shares_.squared_cross_h);
  }
}

template <class Real>
void Monitor<Real>::measure(ConstMatrixView<double> gram, kernels::Subproblem<Real> subproblem,
                            const Penalty& penalty, double& squared_cross) {
  const auto scope = times_.scope(Phase::objective);
  std::ranges::transform(gram.span(), gram_.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
  update::add_penalty(penalty, gram_.view());
  subproblem.gram = gram_.view();
  subproblem.l1 = penalty.l1;
  subproblem.scale = scale_;
  subproblem.upper_bound = upper_bound_;
  const auto measured = kernels::measure_optimality(subproblem, workspace_.view());
  shares_.squared_projected_gradient += measured.projected_gradient;
  squared_cross = measured.cross;
}

template <class Real>
void Monitor<Real>::after_h(ConstMatrixView<double> gram_w, ConstMatrixView<Real> cross,
                            ConstMatrixView<Real> w, ConstMatrixView<Real> h,
                            double coupled_penalty) {
  const auto scope = times_.scope(Phase::objective);
  shares_.inner_product = kernels::inner_product(cross, h);
  shares_.penalty =
      penalty_of_rows(w, penalty_w_) + penalty_of_rows(h, penalty_h_) + coupled_penalty;
  if (extrapolates_) {
    kernels::gram(h, gram_tile_.view(), gram_h_.view());
    shares_.squared_model_norm = dot(gram_w, gram_h_.view());
  }
}

template <class Real>
void Monitor<Real>::after_w(ConstMatrixView<Real> cross, ConstMatrixView<Real> w) {
  const auto scope = times_.scope(Phase::objective);
  shares_.inner_product = kernels::inner_product(cross, w);
  shares_.penalty = penalty_of_rows(w, penalty_w_);
}

template <class Real>
products::Riders Monitor<Real>::shares() const {
  products::Riders shares = shares_;
  shares.requests = clock_.requests();
  return shares;
}

template <class Real>
IterationRecord Monitor<Real>::record(Index iteration, const products::Riders& totals,
                                      ConstMatrixView<double> gram_w,
                                      ConstMatrixView<double> gram_h) const {
  const double squared_model_norm = extrapolates_ ? totals.squared_model_norm : dot(gram_w, gram_h);
  const double squared_error = squared_norm_ - 2.0 * totals.inner_product + squared_model_norm;
  IterationRecord record;
  record.iteration = iteration;
  record.seconds = clock_.seconds();
  record.loss = 0.5 * squared_error + totals.penalty;
  record.relative_error =
      squared_norm_ > 0 ? std::sqrt(std::max(0.0, squared_error) / squared_norm_) : 0.0;
  if (measures_kkt_) {
    const double scale = std::sqrt(totals.squared_cross_w) + std::sqrt(totals.squared_cross_h);
    record.kkt_residual = scale > 0 ? std::sqrt(totals.squared_projected_gradient) / scale : 0.0;
  }
  return record;
}

template class Monitor<float>;
template class Monitor<double>;

}  // namespace tessera::solve
