#include "tessera/update/beta_multiplicative.hpp"

#include <cmath>

namespace tessera::update {
namespace {

double exponent_of(double beta) {
  if (beta < 1) {
    return 1.0 / (2.0 - beta);
  }
  return beta > 2 ? 1.0 / (beta - 1.0) : 1.0;
}

/// F ← F ∘ N ⊘ (D + λ₁) for one row, where there is neither exponent nor λ₂.
template <class Real>
void scale_row(const Real* numerator, const Real* denominator, Real l1, Index first, Index k,
               Real* f) {
  for (Index l = first; l < k; ++l) {
    const Real own = denominator[l] + l1;
    f[l] = own > 0 ? f[l] * numerator[l] / own : f[l];
  }
}

}  // namespace

BetaMultiplicative::BetaMultiplicative(double beta, const Penalty& penalty, Index fixed)
    : beta_(beta), exponent_(exponent_of(beta)), penalty_(penalty), fixed_(fixed) {}

double BetaMultiplicative::improved(double f, double numerator, double denominator,
                                    double l2) const {
  if (l2 > 0 && beta_ == 1) {
    // The positive root, in the form that does not cancel.
    const double product = f * numerator;
    return 2.0 * product /
           (denominator + std::sqrt(denominator * denominator + 4.0 * l2 * product));
  }
  const double ratio = numerator / (denominator + l2 * f);
  return f * (exponent_ == 1 ? ratio : std::pow(ratio, exponent_));
}

template <class Real>
void BetaMultiplicative::update(ConstMatrixView<Real> numerator, ConstMatrixView<Real> denominator,
                                MatrixView<Real> factor, std::span<const double> ridge) const {
  const Index k = factor.columns();
  const bool is_plain = exponent_ == 1 && penalty_.l2 == 0;
  const bool one_for_all = denominator.rows() == 1 && factor.rows() != 1;
  require_shape("the numerator", numerator, factor.rows(), k);
  require_shape("the denominator", denominator, one_for_all ? 1 : factor.rows(), k);
  for (Index row = 0; row < factor.rows(); ++row) {
    const Real* n = numerator.row(row);
    const Real* d = denominator.row(one_for_all ? 0 : row);
    Real* f = factor.row(row);
    if (is_plain && ridge.empty()) {
      scale_row(n, d, static_cast<Real>(penalty_.l1), fixed_, k, f);
      continue;
    }
    const double l2 = penalty_.l2 + (ridge.empty() ? 0.0 : ridge[static_cast<std::size_t>(row)]);
    for (Index l = fixed_; l < k; ++l) {
      const double own_denominator = static_cast<double>(d[l]) + penalty_.l1;
      if (own_denominator > 0 && f[l] > 0) {
        f[l] = static_cast<Real>(improved(f[l], n[l], own_denominator, l2));
      }
    }
  }
}

template void BetaMultiplicative::update(ConstMatrixView<float>, ConstMatrixView<float>,
                                         MatrixView<float>, std::span<const double>) const;
template void BetaMultiplicative::update(ConstMatrixView<double>, ConstMatrixView<double>,
                                         MatrixView<double>, std::span<const double>) const;

}  // namespace tessera::update
