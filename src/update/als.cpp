#include "tessera/update/als.hpp"

#include <algorithm>

namespace tessera::update {

template <class Real>
Als<Real>::Als(const RuleSettings& settings)
    : UpdateRule<Real>(settings),
      gram_(settings.rank),
      cholesky_(settings.rank),
      live_(1, settings.rank),
      right_(padded_size(settings.rank), Lanes::Zero()),
      solution_(right_) {}

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
    for_each_member(live_[0], [&](Index l) {
      for (Index lane = 0; lane < rows; ++lane) {
        right_[static_cast<std::size_t>(l)][lane] =
            (static_cast<double>(cross(begin + lane, l)) - this->l1()) * gram_.scale(l);
      }
    });
    cholesky_.solve(right_, solution_);
    // A dead component becomes 0: left as it is, it would come back and make G singular anew.
    for (Index l = 0; l < gram_.rank(); ++l) {
      for (Index lane = 0; lane < rows; ++lane) {
        const double value = solution_[static_cast<std::size_t>(l)][lane] * gram_.scale(l);
        factor(begin + lane, l) = static_cast<Real>(std::max(0.0, value));
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
