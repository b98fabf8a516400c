#include "tessera/update/multiplicative.hpp"

#include <algorithm>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {

template <class Real>
Multiplicative<Real>::Multiplicative(const RuleSettings& settings)
    : UpdateRule<Real>(settings),
      gram_(settings.rank, settings.rank),
      denominator_(static_cast<std::size_t>(settings.rank)) {}

template <class Real>
void Multiplicative<Real>::prepare() {
  std::ranges::transform(this->gram().span(), gram_.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
}

template <class Real>
void Multiplicative<Real>::improve(Index first_row, ConstMatrixView<Real> cross,
                                   MatrixView<Real> factor) {
  const auto gram = this->gram();
  const double scale = kernels::largest_diagonal(gram);
  const auto l1 = static_cast<Real>(this->l1());
  const bool coupled = this->coupling().is_set();
  const auto& [attraction, degrees] = this->coupling();
  for (Index row = 0; row < factor.rows(); ++row) {
    kernels::row_times_gram<Real>(factor.row(row), gram_.view(), denominator_.data());
    const Index own = first_row + row;
    const Real degree = coupled ? degrees[static_cast<std::size_t>(own)] : Real{0};
    for (Index l = 0; l < factor.columns(); ++l) {
      const Real c = cross(row, l);
      const Real numerator = std::max(c, Real{0}) + (coupled ? attraction(own, l) : Real{0});
      const Real denominator = denominator_[static_cast<std::size_t>(l)] + std::max(-c, Real{0}) +
                               degree * factor(row, l) + l1;
      if (denominator > 0 && kernels::is_live(gram, l, scale)) {
        // F_l·C_l first: the quotient C_l / denominator may overflow where F_l is tiny.
        factor(row, l) = std::min(this->upper_bound(), factor(row, l) * numerator / denominator);
      }
    }
  }
}

template class Multiplicative<float>;
template class Multiplicative<double>;

}  // namespace tessera::update
