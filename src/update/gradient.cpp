#include "tessera/update/gradient.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {
namespace {

constexpr double kBeta = 0.1;            ///< factor between two trial steps
constexpr double kSigma = 0.01;          ///< share of the linear decrease that a step must achieve
constexpr int kTrials = 20;              ///< longest search in either direction
constexpr double kInnerReduction = 0.1;  ///< of the projected gradient, ends the inner steps

/// Sums of which a processor adds up several side by side: one would wait for itself.
constexpr std::size_t kPartialSums = 8;

/// Σ_l term(l), in double.
template <class Term>
double sum_of(std::size_t count, Term term) {
  std::array<double, kPartialSums> sums{};
  std::size_t l = 0;
  for (; l + kPartialSums <= count; l += kPartialSums) {
    for (std::size_t i = 0; i < kPartialSums; ++i) {
      sums[i] += term(l + i);
    }
  }
  for (std::size_t i = 0; l < count; ++l, ++i) {
    sums[i] += term(l);
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

template <class Real>
double dot(const AlignedVector<Real>& x, const AlignedVector<Real>& y) {
  return sum_of(x.size(), [x = x.data(), y = y.data()](std::size_t l) {
    return static_cast<double>(x[l]) * static_cast<double>(y[l]);
  });
}

template <class Real>
double squared_projected_gradient(const Real* factor, Real bound,
                                  const AlignedVector<Real>& gradient) {
  double sum = 0;
  for (std::size_t l = 0; l < gradient.size(); ++l) {
    const double value = gradient[l];
    if ((factor[l] > 0 || value < 0) && (factor[l] < bound || value > 0)) {
      sum += value * value;
    }
  }
  return sum;
}

}  // namespace

template <class Real>
ProjectedGradient<Real>::ProjectedGradient(const RuleSettings& settings)
    : UpdateRule<Real>(settings),
      inner_(settings.inner),
      step_(settings.step),
      largest_eigenvalue_(settings.rank),
      gram_(settings.rank, settings.rank),
      steps_(static_cast<std::size_t>(settings.rows)),
      gradient_(static_cast<std::size_t>(settings.rank)),
      candidate_(gradient_.size()),
      accepted_(gradient_.size()),
      difference_(gradient_.size()),
      product_(gradient_.size()) {}

template <class Real>
void ProjectedGradient<Real>::save_state(MatrixView<Real> rows) const {
  std::ranges::copy(steps_, rows.span().begin());
}

template <class Real>
void ProjectedGradient<Real>::load_state(ConstMatrixView<Real> rows) {
  require_shape("the steps", rows, std::ssize(steps_), 1);
  std::ranges::copy(rows.span(), steps_.begin());
}

template <class Real>
void ProjectedGradient<Real>::prepare() {
  const auto gram = this->gram();
  std::ranges::transform(gram.span(), gram_.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
  scale_ = kernels::largest_diagonal(gram);
  if (scale_ > 0 && step_ == Step::lipschitz) {
    std::ranges::fill(steps_, static_cast<Real>(1.0 / largest_eigenvalue_.of(gram)));
  }
}

template <class Real>
void ProjectedGradient<Real>::improve(Index first_row, ConstMatrixView<Real> cross,
                                      MatrixView<Real> factor) {
  if (scale_ <= 0) {
    return;  // the other factor is zero: every F is optimal
  }
  for (Index row = 0; row < factor.rows(); ++row) {
    Real& kept = steps_[static_cast<std::size_t>(first_row + row)];
    double step = kept == 0 ? 1.0 / scale_ : static_cast<double>(kept);
    improve_row(cross.row(row), factor.row(row), step);
    kept = static_cast<Real>(step);
  }
}

/// candidate_ = f − step·∇, projected onto what a factor may be.
template <class Real>
void ProjectedGradient<Real>::propose(const Real* factor, double step) {
  const Real bound = this->upper_bound();
  for (std::size_t l = 0; l < gradient_.size(); ++l) {
    candidate_[l] = std::clamp(factor[l] - static_cast<Real>(step) * gradient_[l], Real{0}, bound);
    difference_[l] = candidate_[l] - factor[l];
  }
}

/// Proposes the step; true when it decreases the quadratic sufficiently:
/// (1 − σ)·⟨∇, d⟩ + ½·d·G·dᵀ ≤ 0 with d = candidate − f (Lin 2007, eq. 17).
template <class Real>
bool ProjectedGradient<Real>::try_step(const Real* factor, double step) {
  propose(factor, step);
  kernels::row_times_gram<Real>(difference_.data(), gram_.view(), product_.data());
  return (1.0 - kSigma) * dot(gradient_, difference_) + 0.5 * dot(difference_, product_) <= 0;
}

template <class Real>
void ProjectedGradient<Real>::improve_row(const Real* cross, Real* factor, double& step) {
  double first_norm = 0;
  for (Index inner = 0; inner < inner_.most; ++inner) {
    kernels::row_times_gram<Real>(factor, gram_.view(), gradient_.data());
    for (std::size_t l = 0; l < gradient_.size(); ++l) {
      gradient_[l] -= cross[l] - static_cast<Real>(this->l1());
    }
    const double norm = squared_projected_gradient(factor, this->upper_bound(), gradient_);
    if (inner == 0) {
      first_norm = norm;
    }
    if (norm == 0 || (inner > 0 && inner_.ends_early &&
                      norm <= kInnerReduction * kInnerReduction * first_norm)) {
      return;
    }
    if (!search(factor, step)) {
      return;  // rounding hides any decrease
    }
    std::ranges::copy(accepted_, factor);
  }
}

/// Leaves in accepted_ the next point: that of `step` for lipschitz, that of the longest sufficient
/// step among step·β^t for armijo (Lin 2007, alg. 4). @return whether there is one.
template <class Real>
bool ProjectedGradient<Real>::search(const Real* factor, double& step) {
  if (step_ == Step::lipschitz) {
    propose(factor, step);
    std::swap(accepted_, candidate_);
    return true;
  }
  bool sufficient = try_step(factor, step);
  if (!sufficient) {
    for (int trial = 0; trial < kTrials && !sufficient; ++trial) {
      step *= kBeta;
      sufficient = try_step(factor, step);
    }
    std::swap(accepted_, candidate_);
    return sufficient;
  }
  std::swap(accepted_, candidate_);
  for (int trial = 0; trial < kTrials; ++trial) {
    if (!try_step(factor, step / kBeta) || candidate_ == accepted_) {
      break;
    }
    step /= kBeta;
    std::swap(accepted_, candidate_);
  }
  return true;
}

template class ProjectedGradient<float>;
template class ProjectedGradient<double>;

}  // namespace tessera::update
