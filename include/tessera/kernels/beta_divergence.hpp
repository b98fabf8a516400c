#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>

/// The β-divergences, entry by entry: d(a | x) of a ≥ 0 from its prediction x > 0, and the two
/// factors p and q of its gradient, −a·x^{β−2} + x^{β−1} = q − p, which multiplicative updates sum.
/// Source: Févotte & Idier, Neural Computation 2011, eqs. 1 and 20.
namespace tessera::kernels {

/// β = 2: ½(a − x)².
struct SquaredDistance {
  template <class Real>
  [[nodiscard]] Real p(Real a, Real /*x*/) const {
    return a;
  }
  template <class Real>
  [[nodiscard]] Real q(Real x) const {
    return x;
  }
  [[nodiscard]] double distance(double a, double x) const { return 0.5 * (a - x) * (a - x); }
};

/// β = 1: a·log(a/x) − a + x.
struct KullbackLeibler {
  template <class Real>
  [[nodiscard]] Real p(Real a, Real x) const {
    return a / x;
  }
  template <class Real>
  [[nodiscard]] Real q(Real /*x*/) const {
    return Real{1};
  }
  /// Without x, whose sum over a whole matrix needs no entries.
  [[nodiscard]] double distance_less_x(double a, double x) const {
    return a > 0 ? a * std::log(a / x) - a : 0.0;
  }
  [[nodiscard]] double distance(double a, double x) const { return distance_less_x(a, x) + x; }
};

/// β = 0: a/x − log(a/x) − 1. @pre a > 0.
struct ItakuraSaito {
  template <class Real>
  [[nodiscard]] Real p(Real a, Real x) const {
    return a / x / x;  // x² may overflow
  }
  template <class Real>
  [[nodiscard]] Real q(Real x) const {
    return Real{1} / x;
  }
  [[nodiscard]] double distance(double a, double x) const { return a / x - std::log(a / x) - 1.0; }
};

/// Any other β: (a^β + (β − 1)·x^β − β·a·x^{β−1}) / (β·(β − 1)). @pre a > 0 if β < 0.
struct BetaDivergence {
  double beta;

  template <class Real>
  [[nodiscard]] Real p(Real a, Real x) const {
    return a * std::pow(x, static_cast<Real>(beta - 2));
  }
  template <class Real>
  [[nodiscard]] Real q(Real x) const {
    return std::pow(x, static_cast<Real>(beta - 1));
  }
  [[nodiscard]] double distance(double a, double x) const {
    const double power = std::pow(x, beta - 1);
    const double own = a > 0 ? std::pow(a, beta) : 0.0;
    return (own + (beta - 1) * x * power - beta * a * power) / (beta * (beta - 1));
  }
};

/// d(a | x); of Kullback-Leibler, unless it is to be whole, less x.
template <class Divergence>
[[nodiscard]] double distance(const Divergence& divergence, double a, double x, bool whole) {
  if constexpr (std::same_as<Divergence, KullbackLeibler>) {
    if (!whole) {
      return divergence.distance_less_x(a, x);
    }
  }
  return divergence.distance(a, x);
}

/// action() with the divergence that β means.
template <class Action>
decltype(auto) with_divergence(double beta, Action&& action) {
  if (beta == 2) {
    return action(SquaredDistance{});
  }
  if (beta == 1) {
    return action(KullbackLeibler{});
  }
  if (beta == 0) {
    return action(ItakuraSaito{});
  }
  return action(BetaDivergence{beta});
}

}  // namespace tessera::kernels
