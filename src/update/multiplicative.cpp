#include "tessera/update/multiplicative.hpp"

#include <algorithm>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {

template <class Real>
Multiplicative<Real>::Multiplicative(Index rank)
    : gram_(rank, rank), denominator_(static_cast<std::size_t>(rank)) {}

template <class Real>
void Multiplicative<Real>::apply(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
                                 MatrixView<Real> factor) {
  std::ranges::transform(gram.span(), gram_.span().begin(),
                         [](double value) { return static_cast<Real>(value); });
  const double scale = kernels::largest_diagonal(gram);
  for (Index row = 0; row < factor.rows(); ++row) {
    kernels::row_times_gram<Real>(factor.row(row), gram_.view(), denominator_.data());
    for (Index l = 0; l < factor.columns(); ++l) {
      const Real denominator = denominator_[static_cast<std::size_t>(l)];
      if (denominator > 0 && kernels::is_live(gram, l, scale)) {
        factor(row, l) *= cross(row, l) / denominator;
      }
    }
  }
}

template class Multiplicative<float>;
template class Multiplicative<double>;

}  // namespace tessera::update
