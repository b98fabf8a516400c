#include "tessera/update/multiplicative.hpp"

#include <algorithm>

#include "tessera/kernels/row_times_gram.hpp"
#include "tessera/update/row_tile.hpp"

namespace tessera::update {

namespace {

/// What one row is scaled by, beside its row of F·G.
template <class Real>
struct RowTerms {
  const Real* cross;
  const Real* attraction;  ///< null without a coupling
  Real degree;
  Real l1;
  Real upper_bound;
};

/// Without a branch, so that entries are scaled side by side.
template <bool is_coupled, class Real>
void scale_row(const RowTerms<Real>& terms, const Real* products, const Real* live, Index k,
               Real* f) {
  for (Index l = 0; l < k; ++l) {
    const Real c = terms.cross[l];
    const Real numerator = std::max(c, Real{0}) + (is_coupled ? terms.attraction[l] : Real{0});
    const Real denominator = products[l] + std::max(-c, Real{0}) + terms.degree * f[l] + terms.l1;
    // F_l·C_l first: the quotient C_l / denominator may overflow where F_l is tiny.
    const Real scaled = f[l] * numerator / (denominator > 0 ? denominator : Real{1});
    const Real bounded = scaled < terms.upper_bound ? scaled : terms.upper_bound;
    const Real next = denominator > 0 ? bounded : f[l];
    f[l] = live[l] > 0 ? next : f[l];
  }
}

}  // namespace

template <class Real>
Multiplicative<Real>::Multiplicative(const RuleSettings& settings)
    : UpdateRule<Real>(settings),
      gram_(settings.rank, settings.rank),
      live_(static_cast<std::size_t>(settings.rank)),
      products_(kTileRows, settings.rank) {}

template <class Real>
void Multiplicative<Real>::prepare() {
  const auto gram = this->gram();
  std::ranges::transform(gram.span(), gram_.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
  const double scale = kernels::largest_diagonal(gram);
  for (Index l = 0; l < gram.rows(); ++l) {
    live_[static_cast<std::size_t>(l)] = kernels::is_live(gram, l, scale) ? Real{1} : Real{0};
  }
}

template <class Real>
void Multiplicative<Real>::improve(Index first_row, ConstMatrixView<Real> cross,
                                   MatrixView<Real> factor) {
  for (Index begin = 0; begin < factor.rows(); begin += kTileRows) {
    const Range rows{begin, std::min(begin + kTileRows, factor.rows())};
    kernels::rows_times_gram<Real>(factor.rows(rows), gram_.view(),
                                   products_.view().rows({0, rows.size()}));
    for (Index row = rows.begin; row < rows.end; ++row) {
      improve_row(first_row + row, cross.row(row), products_.view().row(row - begin),
                  factor.row(row));
    }
  }
}

template <class Real>
void Multiplicative<Real>::improve_row(Index own_row, const Real* cross, const Real* products,
                                       Real* f) const {
  const auto& [attraction, degrees] = this->coupling();
  const Index k = gram_.rows();
  RowTerms<Real> terms{cross, nullptr, Real{0}, static_cast<Real>(this->l1()), this->upper_bound()};
  if (this->coupling().is_set()) {
    terms.attraction = attraction.row(own_row);
    terms.degree = degrees[static_cast<std::size_t>(own_row)];
    scale_row<true>(terms, products, live_.data(), k, f);
  } else {
    scale_row<false>(terms, products, live_.data(), k, f);
  }
}

template class Multiplicative<float>;
template class Multiplicative<double>;

}  // namespace tessera::update
