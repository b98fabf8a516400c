#include "tessera/update/als.hpp"

#include <algorithm>

namespace tessera::update {

template <class Real>
Als<Real>::Als(const RuleSettings& settings)
    : UpdateRule<Real>(settings),
      gram_(settings.rank),
      cholesky_(settings.rank),
      live_(1, settings.rank),
      right_(kLanes, settings.rank),
      solution_(kLanes, settings.rank) {}

template <class Real>
void Als<Real>::prepare() {
  gram_.assign(this->gram());
  if (!gram_.is_zero()) {
    factorize();
  }
}

template <class Real>
void Als<Real>::improve(Index /*first_row*/, ConstMatrixView<Real> cross, MatrixView<Real> factor) {
  if (gram_.is_zero()) {
    return;  // the other factor is zero: every F is optimal
  }
  for (Index begin = 0; begin < factor.rows(); begin += kLanes) {
    const Index rows = std::min(kLanes, factor.rows() - begin);
    std::array<const double*, kLanes> right;
    std::array<double*, kLanes> solution;
    for (Index lane = 0; lane < kLanes; ++lane) {
      right[static_cast<std::size_t>(lane)] = right_.view().row(lane);
      solution[static_cast<std::size_t>(lane)] = solution_.view().row(lane);
      for (Index l = 0; lane < rows && l < gram_.rank(); ++l) {
        right_(lane, l) =
            (static_cast<double>(cross(begin + lane, l)) - this->l1()) * gram_.scale(l);
      }
    }
    cholesky_.solve(right, solution);
    // A dead component becomes 0: left as it is, it would come back and make G singular anew.
    for (Index lane = 0; lane < rows; ++lane) {
      for (Index l = 0; l < gram_.rank(); ++l) {
        factor(begin + lane, l) =
            static_cast<Real>(std::max(0.0, solution_(lane, l) * gram_.scale(l)));
      }
    }
  }
}

/// G of the live components, in every lane.
template <class Real>
void Als<Real>::factorize() {
  clear(live_[0]);
  for (Index l = 0; l < gram_.rank(); ++l) {
    if (gram_.is_live(l)) {
      insert(live_[0], l);
    }
  }
  std::array<ConstIndexSet, kLanes> sets;
  sets.fill(live_[0]);
  cholesky_.assign(gram_);
  cholesky_.factorize(sets);
  const double ridge = cholesky_.ridge(0);
  if (ridge > 0) {
    ++diagnostics_.ridge_updates;
    diagnostics_.largest_ridge = std::max(diagnostics_.largest_ridge, ridge);
  }
}

template class Als<float>;
template class Als<double>;

}  // namespace tessera::update
