#include "tessera/update/multiplicative.hpp"

#include <algorithm>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {

template <class Real>
Multiplicative<Real>::Multiplicative(const RuleSettings& settings)
    : UpdateRule<Real>(settings.rank, settings.penalty),
      gram_(settings.rank, settings.rank),
      denominator_(static_cast<std::size_t>(settings.rank)) {}

template <class Real>
void Multiplicative<Real>::apply(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
                                 MatrixView<Real> factor) {
  std::ranges::transform(gram.span(), gram_.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
  const double scale = kernels::largest_diagonal(gram);
  const auto l1 = static_cast<Real>(this->l1());
  for (Index row = 0; row < factor.rows(); ++row) {
    kernels::row_times_gram<Real>(factor.row(row), gram_.view(), denominator_.data());
    for (Index l = 0; l < factor.columns(); ++l) {
      const Real c = cross(row, l);
      const Real denominator =
          denominator_[static_cast<std::size_t>(l)] + std::max(-c, Real{0}) + l1;
      if (denominator > 0 && kernels::is_live(gram, l, scale)) {
        // In this order nothing overflows: the denominator is at least F_l·G_ll.
        factor(row, l) = factor(row, l) * std::max(c, Real{0}) / denominator;
      }
    }
  }
}

template class Multiplicative<float>;
template class Multiplicative<double>;

}  // namespace tessera::update
