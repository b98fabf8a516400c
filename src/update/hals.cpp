#include "tessera/update/hals.hpp"

#include <algorithm>
#include <array>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {
namespace {

/// Rows handled side by side. Every tile is full width, the last one padded with zero rows, so the
/// arithmetic of a row never depends on its place.
constexpr Index kTileRows = 32;

/// tile = rowsᵀ, columns beyond the rows set to zero.
template <class Real>
void load_transposed(ConstMatrixView<Real> rows, MatrixView<Real> tile) {
  for (Index l = 0; l < tile.rows(); ++l) {
    Real* target = tile.row(l);
    for (Index r = 0; r < rows.rows(); ++r) {
      target[r] = rows(r, l);
    }
    std::fill(target + rows.rows(), target + kTileRows, Real{0});
  }
}

template <class Real>
void store_transposed(ConstMatrixView<Real> tile, MatrixView<Real> rows) {
  for (Index r = 0; r < rows.rows(); ++r) {
    for (Index l = 0; l < tile.rows(); ++l) {
      rows(r, l) = tile(l, r);
    }
  }
}

}  // namespace

template <class Real>
Hals<Real>::Hals(Index rank)
    : gram_(rank, rank),
      inverse_(static_cast<std::size_t>(rank)),
      factor_tile_(rank, kTileRows),
      cross_tile_(rank, kTileRows) {}

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
    load_transposed<Real>(factor.rows(rows), factor_tile_.view());
    load_transposed<Real>(cross.rows(rows), cross_tile_.view());
    sweep_tile();
    store_transposed<Real>(factor_tile_.view(), factor.rows(rows));
  }
}

template <class Real>
void Hals<Real>::sweep_tile() {
  const auto tile = factor_tile_.view();
  const Index k = tile.rows();
  for (Index l = 0; l < k; ++l) {
    const Real inverse = inverse_[static_cast<std::size_t>(l)];
    if (inverse == 0) {
      continue;
    }
    // descent = C_:l − F·G_:l for the tile's rows
    std::array<Real, kTileRows> descent;
    std::copy_n(cross_tile_.view().row(l), kTileRows, descent.begin());
    const Real* gram_row = gram_.view().row(l);
    for (Index j = 0; j < k; ++j) {
      const Real weight = gram_row[j];
      const Real* column = tile.row(j);
      for (std::size_t r = 0; r < kTileRows; ++r) {
        descent[r] -= weight * column[r];
      }
    }
    Real* target = tile.row(l);
    for (std::size_t r = 0; r < kTileRows; ++r) {
      target[r] = std::max(Real{0}, target[r] + descent[r] * inverse);
    }
  }
}

template class Hals<float>;
template class Hals<double>;

}  // namespace tessera::update
