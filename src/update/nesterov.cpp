#include "tessera/update/nesterov.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {
namespace {

constexpr double kInnerReduction = 0.1;  ///< of the projected gradient, ends a row's steps

}  // namespace

template <class Real>
Nesterov<Real>::Nesterov(const RuleSettings& settings)
    : UpdateRule<Real>(settings),
      inner_(settings.inner),
      largest_eigenvalue_(settings.rank),
      gram_(settings.rank, settings.rank),
      cross_(settings.rank, kTileRows),
      previous_(settings.rank),
      current_(settings.rank),
      next_(settings.rank) {
  live_.reserve(static_cast<std::size_t>(settings.rank));
}

template <class Real>
void Nesterov<Real>::prepare() {
  const auto gram = this->gram();
  kernels::list_live(gram, live_);
  if (!live_.empty()) {
    step_ = 1.0 / largest_eigenvalue_.of(gram);
    std::ranges::transform(gram.span(), gram_.span().begin(),
                           [this](double value) { return static_cast<Real>(step_ * value); });
  }
}

template <class Real>
void Nesterov<Real>::improve(Index /*first_row*/, ConstMatrixView<Real> cross,
                             MatrixView<Real> factor) {
  if (live_.empty()) {
    return;  // the other factor is zero: every F is optimal
  }
  for (Index begin = 0; begin < factor.rows(); begin += kTileRows) {
    const Range rows{begin, std::min(begin + kTileRows, factor.rows())};
    load_transposed<Real>(factor.rows(rows), Real{0}, current_.factor.view());
    load_transposed<Real>(cross.rows(rows), static_cast<Real>(this->l1()), cross_.view());
    std::ranges::transform(cross_.span(), cross_.span().begin(),
                           [this](Real value) { return static_cast<Real>(step_ * value); });
    improve_tile();
    store_transposed<Real>(std::as_const(current_.factor).view(), factor.rows(rows));
  }
}

template <class Real>
void Nesterov<Real>::improve_tile() {
  active_ = with_positive_entry(std::as_const(cross_).view());
  for (const Index l : live_) {
    Real* factor = current_.factor.view().row(l);
    for (std::size_t r = 0; r < active_.size(); ++r) {
      factor[r] *= active_[r];
    }
  }
  set_gradient(current_);
  previous_ = current_;
  next_ = current_;
  alpha_.fill(Real{1});
  momentum_.fill(Real{0});
  first_norm_ = squared_projected_gradient();
  for (Index inner = 0; inner < inner_.most; ++inner) {
    propose();
    set_gradient(next_);
    decide();
    if (inner_.ends_early && end_rows()) {
      return;
    }
  }
}

template <class Real>
void Nesterov<Real>::set_gradient(Point& point) const {
  combine_minus<Real>(gram_.view(), std::as_const(point.factor).view(), cross_.view(),
                      point.gradient.view());
}

/// next = [y − ∇(y)]₊, the step being in the gradient
template <class Real>
void Nesterov<Real>::propose() {
  for (const Index l : live_) {
    const Real* factor = current_.factor.view().row(l);
    const Real* factor_before = previous_.factor.view().row(l);
    const Real* gradient = current_.gradient.view().row(l);
    const Real* gradient_before = previous_.gradient.view().row(l);
    Real* next = next_.factor.view().row(l);
    for (std::size_t r = 0; r < momentum_.size(); ++r) {
      const Real y = factor[r] + momentum_[r] * (factor[r] - factor_before[r]);
      const Real slope = gradient[r] + momentum_[r] * (gradient[r] - gradient_before[r]);
      next[r] = std::max(Real{0}, y - slope);
    }
  }
}

/// Takes the step in the rows whose objective does not rise by it. The objective is quadratic, so
/// it changes by ½⟨f_{t+1} − f_t, ∇_{t+1} + ∇_t⟩, which suffers no cancellation.
template <class Real>
void Nesterov<Real>::decide() {
  TileRow<Real> change{};
  for (const Index l : live_) {
    const Real* factor = current_.factor.view().row(l);
    const Real* gradient = current_.gradient.view().row(l);
    const Real* factor_next = next_.factor.view().row(l);
    const Real* gradient_next = next_.gradient.view().row(l);
    for (std::size_t r = 0; r < change.size(); ++r) {
      change[r] += (factor_next[r] - factor[r]) * (gradient_next[r] + gradient[r]);
    }
  }
  TileRow<Real> takes;
  for (std::size_t r = 0; r < takes.size(); ++r) {
    takes[r] = active_[r] != 0 && change[r] <= 0 ? Real{1} : Real{0};
    const Real alpha = (1 + std::sqrt(4 * alpha_[r] * alpha_[r] + 1)) / 2;
    momentum_[r] = (alpha_[r] - 1) / alpha;
    alpha_[r] = takes[r] != 0 ? alpha : Real{1};
  }
  // Where the step is not taken, f_{t−1} becomes f_t: no momentum.
  std::swap(previous_, current_);
  for (const Index l : live_) {
    const auto choose = [&](const Matrix<Real>& next, const Matrix<Real>& now, Matrix<Real>& to) {
      const Real* taken = next.view().row(l);
      const Real* kept = now.view().row(l);
      Real* target = to.view().row(l);
      for (std::size_t r = 0; r < takes.size(); ++r) {
        target[r] = takes[r] != 0 ? taken[r] : kept[r];
      }
    };
    choose(next_.factor, previous_.factor, current_.factor);
    choose(next_.gradient, previous_.gradient, current_.gradient);
  }
}

template <class Real>
TileRow<Real> Nesterov<Real>::squared_projected_gradient() const {
  TileRow<Real> norm{};
  for (const Index l : live_) {
    const Real* factor = current_.factor.view().row(l);
    const Real* gradient = current_.gradient.view().row(l);
    for (std::size_t r = 0; r < norm.size(); ++r) {
      norm[r] += factor[r] > 0 || gradient[r] < 0 ? gradient[r] * gradient[r] : Real{0};
    }
  }
  return norm;
}

/// Ends the rows whose projected gradient has fallen enough. @return whether all have ended.
template <class Real>
bool Nesterov<Real>::end_rows() {
  constexpr auto kShare = static_cast<Real>(kInnerReduction * kInnerReduction);
  const auto norm = squared_projected_gradient();
  bool all = true;
  for (std::size_t r = 0; r < norm.size(); ++r) {
    const bool goes_on = active_[r] != 0 && norm[r] > kShare * first_norm_[r];
    active_[r] = goes_on ? Real{1} : Real{0};
    all = all && !goes_on;
  }
  return all;
}

template class Nesterov<float>;
template class Nesterov<double>;

}  // namespace tessera::update
