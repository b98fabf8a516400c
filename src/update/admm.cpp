#include "tessera/update/admm.hpp"

#include <algorithm>
#include <utility>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {
namespace {

constexpr double kInnerReduction = 0.1;  ///< of the residuals, ends a row's steps

}  // namespace

template <class Real>
Admm<Real>::Admm(const RuleSettings& settings)
    : UpdateRule<Real>(settings),
      inner_(settings.inner),
      shifted_(settings.rank, settings.rank),
      cholesky_(settings.rank),
      column_(settings.rank),
      inverse_(settings.rank, settings.rank),
      multipliers_(settings.rows, settings.rank),
      cross_(settings.rank, kTileRows),
      factor_(settings.rank, kTileRows),
      dual_(settings.rank, kTileRows),
      target_(settings.rank, kTileRows),
      solution_(settings.rank, kTileRows) {
  live_.reserve(static_cast<std::size_t>(settings.rank));
}

template <class Real>
void Admm<Real>::save_state(MatrixView<Real> rows) const {
  std::ranges::copy(multipliers_.span(), rows.span().begin());
}

template <class Real>
void Admm<Real>::load_state(ConstMatrixView<Real> rows) {
  require_shape("the multipliers", rows, multipliers_.rows(), multipliers_.columns());
  std::ranges::copy(rows.span(), multipliers_.span().begin());
  has_multipliers_ = true;
}

template <class Real>
void Admm<Real>::prepare() {
  kernels::list_live(this->gram(), live_);
  if (live_.empty()) {
    return;
  }
  invert(this->gram());
  starts_multipliers_ = !has_multipliers_;
  has_multipliers_ = true;
}

template <class Real>
void Admm<Real>::improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) {
  if (live_.empty()) {
    return;  // the other factor is zero: every F is optimal
  }
  const auto multipliers = multipliers_.view().rows({first_row, first_row + factor.rows()});
  if (starts_multipliers_) {
    start_multipliers(cross, factor, multipliers);
  }
  for (Index begin = 0; begin < factor.rows(); begin += kTileRows) {
    const Range rows{begin, std::min(begin + kTileRows, factor.rows())};
    load_transposed<Real>(factor.rows(rows), Real{0}, factor_.view());
    load_transposed<Real>(cross.rows(rows), static_cast<Real>(this->l1()), cross_.view());
    load_transposed<Real>(multipliers.rows(rows), Real{0}, dual_.view());
    improve_tile();
    store_transposed<Real>(std::as_const(factor_).view(), factor.rows(rows));
    store_transposed<Real>(std::as_const(dual_).view(), multipliers.rows(rows));
  }
}

/// [f·G − c]₊ where f is 0.
template <class Real>
void Admm<Real>::start_multipliers(ConstMatrixView<Real> cross, ConstMatrixView<Real> factor,
                                   MatrixView<Real> multipliers) const {
  const auto gram = this->gram();
  for (Index row = 0; row < factor.rows(); ++row) {
    for (Index l = 0; l < factor.columns(); ++l) {
      double slope = this->l1() - static_cast<double>(cross(row, l));
      for (Index j = 0; j < factor.columns(); ++j) {
        slope += static_cast<double>(factor(row, j)) * gram(j, l);
      }
      const bool at_bound = factor(row, l) <= 0 && slope > 0;
      multipliers(row, l) = at_bound ? static_cast<Real>(slope) : Real{0};
    }
  }
}

/// By one Cholesky factorization and, column by column, without allocating.
template <class Real>
void Admm<Real>::invert(ConstMatrixView<double> gram) {
  const Index k = gram.rows();
  shifted_ = Eigen::Map<const Eigen::MatrixXd>(gram.data(), k, k);
  rho_ = shifted_.trace() / static_cast<double>(k);
  shifted_.diagonal().array() += rho_;
  cholesky_.compute(shifted_);
  for (Index l = 0; l < k; ++l) {
    column_.setUnit(l);
    cholesky_.solveInPlace(column_);
    std::transform(column_.data(), column_.data() + k, inverse_.view().row(l),
                   [](double value) { return static_cast<Real>(value); });
  }
}

template <class Real>
void Admm<Real>::improve_tile() {
  const auto rho = static_cast<Real>(rho_);
  std::ranges::transform(dual_.span(), dual_.span().begin(),
                         [rho](Real multiplier) { return multiplier / rho; });
  active_ = with_positive_entry(std::as_const(cross_).view());
  for (const Index l : live_) {
    Real* factor = factor_.view().row(l);
    Real* dual = dual_.view().row(l);
    const Real* cross = cross_.view().row(l);
    for (std::size_t r = 0; r < active_.size(); ++r) {
      factor[r] *= active_[r];
      dual[r] = active_[r] != 0 ? dual[r] : -cross[r] / rho;
    }
  }
  for (Index inner = 0; inner < inner_.most; ++inner) {
    step_tile();
    if (inner == 0) {
      first_residual_ = residual_;
    }
    if (inner_.ends_early && end_rows()) {
      break;
    }
  }
  std::ranges::transform(dual_.span(), dual_.span().begin(),
                         [rho](Real dual) { return dual * rho; });
}

/// With t = f̃ − u the new f is [t]₊ and the new u is [−t]₊, so that u changes by f − f̃.
template <class Real>
void Admm<Real>::step_tile() {
  const auto rho = static_cast<Real>(rho_);
  const auto target = target_.span();
  for (std::size_t i = 0; i < target.size(); ++i) {
    target[i] = cross_.span()[i] + rho * (factor_.span()[i] + dual_.span()[i]);
  }
  combine_minus<Real>(std::as_const(inverse_).view(), std::as_const(target_).view(),
                      std::as_const(dual_).view(), solution_.view());
  residual_.fill(Real{0});
  for (const Index l : live_) {
    Real* factor = factor_.view().row(l);
    Real* dual = dual_.view().row(l);
    const Real* t = solution_.view().row(l);
    for (std::size_t r = 0; r < residual_.size(); ++r) {
      const Real next = active_[r] != 0 ? std::max(Real{0}, t[r]) : factor[r];
      const Real next_dual = active_[r] != 0 ? std::max(Real{0}, -t[r]) : dual[r];
      residual_[r] += (next_dual - dual[r]) * (next_dual - dual[r]);
      residual_[r] += (next - factor[r]) * (next - factor[r]);
      factor[r] = next;
      dual[r] = next_dual;
    }
  }
}

/// Ends the rows whose residuals are small. @return whether all have ended.
template <class Real>
bool Admm<Real>::end_rows() {
  constexpr auto kShare = static_cast<Real>(kInnerReduction * kInnerReduction);
  bool all = true;
  for (std::size_t r = 0; r < active_.size(); ++r) {
    const bool goes_on = active_[r] != 0 && residual_[r] > kShare * first_residual_[r];
    active_[r] = goes_on ? Real{1} : Real{0};
    all = all && !goes_on;
  }
  return all;
}

template class Admm<float>;
template class Admm<double>;

}  // namespace tessera::update
