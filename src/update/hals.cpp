#include "tessera/update/hals.hpp"

#include <algorithm>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {
namespace {

constexpr double kSweepShare = 0.5;  ///< α of Gillis & Glineur: cost of the sweeps to the products'
constexpr double kLeastChange = 0.1;  ///< ε of Gillis & Glineur: of the first sweep's

}  // namespace

template <class Real>
Hals<Real>::Hals(const RuleSettings& settings)
    : UpdateRule<Real>(settings.rank, settings.penalty),
      inner_(settings.inner),
      gram_(settings.rank, settings.rank),
      inverse_(static_cast<std::size_t>(settings.rank)),
      factor_tile_(settings.rank, kTileRows),
      cross_tile_(settings.rank, kTileRows) {}

InnerSteps automatic_sweeps(Index own_rows, Index other_rows, Index stored_entries, Index rank) {
  const auto m = static_cast<double>(own_rows);
  const auto n = static_cast<double>(other_rows);
  const auto k = static_cast<double>(rank);
  const double ratio = 1.0 + (static_cast<double>(stored_entries) + n * k) / (m * k + m);
  return {static_cast<Index>(1.0 + kSweepShare * ratio), true};
}

template <class Real>
void Hals<Real>::apply(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
                       MatrixView<Real> factor) {
  std::ranges::transform(gram.span(), gram_.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
  const double scale = kernels::largest_diagonal(gram);
  for (Index l = 0; l < gram.rows(); ++l) {
    inverse_[static_cast<std::size_t>(l)] =
        kernels::is_live(gram, l, scale) ? static_cast<Real>(1.0 / gram(l, l)) : Real{0};
  }
  for (Index begin = 0; begin < factor.rows(); begin += kTileRows) {
    const Range rows{begin, std::min(begin + kTileRows, factor.rows())};
    load_transposed<Real>(factor.rows(rows), Real{0}, factor_tile_.view());
    load_transposed<Real>(cross.rows(rows), static_cast<Real>(this->l1()), cross_tile_.view());
    active_.fill(Real{1});
    for (Index sweep = 0; sweep < inner_.most; ++sweep) {
      sweep_tile();
      if (sweep == 0) {
        first_change_ = change_;
      }
      if (inner_.ends_early && end_rows()) {
        break;
      }
    }
    store_transposed<Real>(factor_tile_.view(), factor.rows(rows));
  }
}

template <class Real>
void Hals<Real>::sweep_tile() {
  const auto tile = factor_tile_.view();
  const Index k = tile.rows();
  change_.fill(Real{0});
  for (Index l = 0; l < k; ++l) {
    const Real inverse = inverse_[static_cast<std::size_t>(l)];
    if (inverse == 0) {
      continue;
    }
    const auto gradient =
        combination_minus<Real>(gram_.view().row(l), tile, cross_tile_.view().row(l));
    Real* target = tile.row(l);
    for (std::size_t r = 0; r < gradient.size(); ++r) {
      const Real improved = std::max(Real{0}, target[r] - gradient[r] * inverse);
      const Real next = active_[r] != 0 ? improved : target[r];
      change_[r] += (next - target[r]) * (next - target[r]);
      target[r] = next;
    }
  }
}

/// Ends the rows that hardly changed. @return whether all have ended.
template <class Real>
bool Hals<Real>::end_rows() {
  constexpr auto kShare = static_cast<Real>(kLeastChange * kLeastChange);
  bool all = true;
  for (std::size_t r = 0; r < active_.size(); ++r) {
    const bool goes_on =
        active_[r] != 0 && change_[r] > 0 && change_[r] >= kShare * first_change_[r];
    active_[r] = goes_on ? Real{1} : Real{0};
    all = all && !goes_on;
  }
  return all;
}

template class Hals<float>;
template class Hals<double>;

}  // namespace tessera::update
