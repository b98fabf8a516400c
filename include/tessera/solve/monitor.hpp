#pragma once

#include "tessera/core/aligned.hpp"
#include "tessera/core/iteration_record.hpp"
#include "tessera/core/timer.hpp"
#include "tessera/kernels/optimality.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/products/gram_message.hpp"
#include "tessera/solve/run_clock.hpp"
#include "tessera/solve/settings.hpp"

namespace tessera::solve {

/// Turns what an iteration computes anyway into its loss and KKT residual, with no further pass
/// over A and no message of its own: each process adds up its share, the shares ride in the next
/// gram message, and record() reads the totals. Penalties count in the loss and in the KKT
/// residual.
template <class Real>
class Monitor {
 public:
  /// `squared_norm` is ‖A‖²; `extrapolates` when the grams that travel are not those of the
  /// iterate.
  Monitor(double squared_norm, const Settings& settings, bool extrapolates, const RunClock& clock,
          PhaseTimes& times);

  /// Before W is updated: how far the incoming W is from optimal for `gram_h` and `cross`. Only
  /// measured when a KKT tolerance is set. Components count as balanced, ‖W_:l‖ = ‖H_l:‖.
  void before_w(ConstMatrixView<double> gram_w, ConstMatrixView<double> gram_h,
                ConstMatrixView<Real> cross, ConstMatrixView<Real> w,
                const Coupling<Real>& coupling = {});
  /// The same before H is updated.
  void before_h(ConstMatrixView<double> gram_w, ConstMatrixView<double> gram_h,
                ConstMatrixView<Real> cross, ConstMatrixView<Real> h,
                const Coupling<Real>& coupling = {});
  /// After H is updated, and before it is extrapolated: the shares of what the loss of the iterate
  /// (W, H) needs; gram_w and cross are WᵀW and AᵀW, coupled_penalty is this process's share of the
  /// penalties between rows.
  void after_h(ConstMatrixView<double> gram_w, ConstMatrixView<Real> cross, ConstMatrixView<Real> w,
               ConstMatrixView<Real> h, double coupled_penalty);

  /// Instead, where H stays fixed and cross is A·Hᵀ: the shares of what the loss of W needs.
  void after_w(ConstMatrixView<Real> cross, ConstMatrixView<Real> w);

  /// This process's shares, for the next gram message.
  [[nodiscard]] products::Riders shares() const;
  /// The numbers of the iterate whose totals these are:
  /// ½‖A − WH‖² = ½(‖A‖² − 2⟨AᵀW, Hᵀ⟩ + ⟨WᵀW, HHᵀ⟩), and the penalties.
  [[nodiscard]] IterationRecord record(Index iteration, const products::Riders& totals,
                                       ConstMatrixView<double> gram_w,
                                       ConstMatrixView<double> gram_h) const;

 private:
  /// `subproblem` holds cross, factor and coupling; the rest is filled in.
  void measure(ConstMatrixView<double> gram, kernels::Subproblem<Real> subproblem,
               const Penalty& penalty, double& squared_cross);

  double squared_norm_;
  Penalty penalty_w_;
  Penalty penalty_h_;
  Real upper_bound_;
  bool extrapolates_;
  bool measures_kkt_;
  const RunClock& clock_;
  PhaseTimes& times_;
  products::Riders shares_;
  AlignedVector<double> scale_;
  Matrix<Real> gram_;
  Matrix<Real> workspace_;
  Matrix<double> gram_h_;     ///< of the own rows of Hᵀ
  Matrix<double> gram_tile_;  ///< workspace of the gram kernel
};

}  // namespace tessera::solve
