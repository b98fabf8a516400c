#include "tessera/solve/extrapolation.hpp"

#include <algorithm>

#include "tessera/config/upper_bound.hpp"

namespace tessera::solve {
namespace {

// β₀, β̄₀ and the factors η, γ, γ̄ of Ang & Gillis 2019, section 4.1.
constexpr double kFirstBeta = 0.5;
constexpr double kFirstBound = 1.0;
constexpr double kShrink = 1.5;
constexpr double kGrow = 1.01;
constexpr double kGrowBound = 1.005;

}  // namespace

template <class Real>
Extrapolation<Real>::Extrapolation(Momentum momentum, const FactorPair<Real>& start,
                                   double upper_bound)
    : momentum_(momentum),
      upper_bound_(largest_entry<Real>(upper_bound)),
      beta_(kFirstBeta),
      bound_(kFirstBound),
      last_accepted_(kFirstBeta) {
  if (is_on()) {
    plain_ = start;
  }
}

template <class Real>
void Extrapolation<Real>::extrapolate(MatrixView<Real> factor, MatrixView<Real> previous) const {
  if (!is_on()) {
    return;
  }
  const auto beta = static_cast<Real>(plain_step_ ? 0.0 : beta_);
  const auto current = factor.span();
  const auto before = previous.span();
  for (std::size_t entry = 0; entry < current.size(); ++entry) {
    const Real next = current[entry];
    const Real change = next - before[entry];
    const Real beyond = momentum_ == Momentum::growing ? next + beta * std::max(Real{0}, change)
                                                       : std::max(Real{0}, next + beta * change);
    current[entry] = std::min(upper_bound_, beyond);
    before[entry] = next;
  }
}

template <class Real>
void Extrapolation<Real>::accept() {
  if (!plain_step_) {
    last_accepted_ = beta_;
  }
  plain_step_ = false;
  beta_ = std::min(bound_, kGrow * beta_);
  bound_ = std::min(1.0, kGrowBound * bound_);
}

template <class Real>
void Extrapolation<Real>::restart(const FactorPair<Real>& accepted) {
  plain_step_ = true;
  bound_ = last_accepted_;
  beta_ /= kShrink;
  plain_ = accepted;
}

template class Extrapolation<float>;
template class Extrapolation<double>;

}  // namespace tessera::solve
