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

constexpr const char* kPlain = "plain";
constexpr const char* kExtrapolated = "extrapolated";
constexpr const char* kBeta = "extrapolation";
constexpr const char* kBound = "extrapolation_bound";
constexpr const char* kLastAccepted = "extrapolation_accepted";
constexpr const char* kPlainStep = "next_step_is_plain";

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

template <class Real>
void Extrapolation<Real>::save(const FactorPair<Real>& factors, Snapshot<Real>& snapshot) const {
  if (!is_on()) {
    return;
  }
  snapshot.refer(Side::w, kPlain, plain_.w);
  snapshot.refer(Side::h, kPlain, plain_.h);
  snapshot.refer(Side::h, kExtrapolated, factors.h);
  snapshot.note(kBeta, beta_);
  snapshot.note(kBound, bound_);
  snapshot.note(kLastAccepted, last_accepted_);
  snapshot.note(kPlainStep, plain_step_ ? 1 : 0);
}

template <class Real>
void Extrapolation<Real>::restore(const Snapshot<Real>& snapshot, FactorPair<Real>& factors) {
  if (!is_on()) {
    return;
  }
  plain_.w = snapshot.rows(Side::w, kPlain, factors.rank());
  plain_.h = snapshot.rows(Side::h, kPlain, factors.rank());
  factors.h = snapshot.rows(Side::h, kExtrapolated, factors.rank());
  beta_ = snapshot.number(kBeta);
  bound_ = snapshot.number(kBound);
  last_accepted_ = snapshot.number(kLastAccepted);
  plain_step_ = snapshot.number(kPlainStep) != 0;
}

template class Extrapolation<float>;
template class Extrapolation<double>;

}  // namespace tessera::solve
