#pragma once

#include "tessera/matrix/factor.hpp"
#include "tessera/matrix/snapshot.hpp"

namespace tessera::solve {

/// How a factor is moved beyond F_n, the update of F.
enum class Momentum {
  none,
  projected,  ///< F̂ = [F_n + β(F_n − F)]₊
  growing,  ///< F̂ = F_n + β[F_n − F]₊: entries stay positive, as multiplicative rules need it
};

/// Momentum for both factors, with restart.
///
/// After a rule has turned the extrapolated factor F̂ into F_n, the next one starts beyond it, cut
/// at the upper bound where there is one. The loss that comes for free belongs to a feasible pair,
/// for Frobenius (Ŵ, H_n), for multiplicative steps (Ŵ, Ĥ): this pair is the iterate of history,
/// stopping and result. While its loss does not rise, β grows; when it rises, the run goes back to
/// the last accepted pair, makes one plain step (β = 0), which cannot rise, and goes on with a
/// smaller β. Source: Ang & Gillis, Neural Computation 2019, alg. 3, here in pair form; for
/// multiplicative rules Hien, Leplat & Gillis, arXiv:2401.06646, 2024, whose direction of
/// extrapolation this is.
///
/// The same numbers on every process. Switched off it does nothing and holds no copies.
template <class Real>
class Extrapolation {
 public:
  /// An upper bound of 0 is none.
  Extrapolation(Momentum momentum, const FactorPair<Real>& start, double upper_bound);

  [[nodiscard]] bool is_on() const { return momentum_ != Momentum::none; }
  /// The factor holds F_n and gets F̂; of W these may be the rows from `first_row` on.
  void extrapolate_w(MatrixView<Real> w, Index first_row = 0) {
    if (is_on()) {
      extrapolate(w, plain_.w.piece.view().rows({first_row, first_row + w.rows()}));
    }
  }
  void extrapolate_h(MatrixView<Real> h) { extrapolate(h, plain_.h.piece.view()); }
  /// H of the iterate, whose W is factors.w: H_n, or what `factors` holds when there is no
  /// extrapolation.
  [[nodiscard]] const Factor<Real>& iterate_h(const FactorPair<Real>& factors) const {
    return is_on() ? plain_.h : factors.h;
  }

  /// The loss did not rise.
  void accept();
  /// The loss rose, and the run goes on from the pair `accepted`: without extrapolation in the next
  /// iteration, with less after it.
  void restart(const FactorPair<Real>& accepted);

  /// What is needed beside the iterate; `factors` hold what the loop goes on with.
  void save(const FactorPair<Real>& factors, Snapshot<Real>& snapshot) const;
  /// `factors` hold the iterate, and then what the loop goes on with. @throws InputError
  void restore(const Snapshot<Real>& snapshot, FactorPair<Real>& factors);

 private:
  void extrapolate(MatrixView<Real> factor, MatrixView<Real> previous) const;

  Momentum momentum_;
  Real upper_bound_;
  bool plain_step_ = false;  ///< the iteration after a restart
  double beta_;
  double bound_;            ///< β̄, which β does not exceed
  double last_accepted_;    ///< β of the last iteration whose loss did not rise
  FactorPair<Real> plain_;  ///< W and Hᵀ before extrapolation
};

}  // namespace tessera::solve
