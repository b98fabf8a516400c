#include "tessera/update/hals.hpp"

#include <algorithm>
#include <utility>

#include "tessera/kernels/parallel.hpp"
#include "tessera/kernels/row_times_gram.hpp"
#include "tessera/update/row_tile.hpp"

namespace tessera::update {
namespace {

constexpr double kSweepShare = 0.5;  ///< α of Gillis & Glineur: cost of the sweeps to the products'
constexpr double kLeastChange = 0.1;  ///< ε of Gillis & Glineur: of the first sweep's

/// Some rows of a factor while they are swept over.
template <class Real>
struct Tile {
  Matrix<Real> factor;         ///< k × kTileRows: a tile of F transposed
  Matrix<Real> cross;          ///< k × kTileRows: the same tile of C − λ₁
  TileRow<Real> active;        ///< 1 for rows that still go on, else 0
  TileRow<Real> change;        ///< squared change of each row in this sweep
  TileRow<Real> first_change;  ///< in the first
};

/// The tile of this thread; allocated only when k changes.
template <class Real>
Tile<Real>& thread_tile(Index rank) {
  thread_local Tile<Real> tile;
  if (tile.factor.rows() != rank) {
    tile.factor = Matrix<Real>(rank, kTileRows);
    tile.cross = Matrix<Real>(rank, kTileRows);
  }
  return tile;
}

/// Ends the rows that hardly changed. @return whether all have ended.
template <class Real>
bool end_rows(Tile<Real>& tile) {
  constexpr auto kShare = static_cast<Real>(kLeastChange * kLeastChange);
  bool all = true;
  for (std::size_t r = 0; r < tile.active.size(); ++r) {
    const bool goes_on = tile.active[r] != 0 && tile.change[r] > 0 &&
                         tile.change[r] >= kShare * tile.first_change[r];
    tile.active[r] = goes_on ? Real{1} : Real{0};
    all = all && !goes_on;
  }
  return all;
}

/// Up to inner.most sweeps over a tile.
template <class Real>
void sweep(const kernels::TileSubproblem<Real>& problem, InnerSteps inner, Tile<Real>& tile) {
  tile.active.fill(Real{1});
  for (Index sweep = 0; sweep < inner.most; ++sweep) {
    kernels::sweep_components<Real>(problem, tile.active, tile.factor.view(), tile.change);
    if (sweep == 0) {
      tile.first_change = tile.change;
    }
    if (inner.ends_early && end_rows(tile)) {
      break;
    }
  }
}

}  // namespace

template <class Real>
Hals<Real>::Hals(const RuleSettings& settings)
    : UpdateRule<Real>(settings),
      inner_(settings.inner),
      gram_(settings.rank, settings.rank),
      inverse_(static_cast<std::size_t>(settings.rank)) {}

InnerSteps automatic_sweeps(Index own_rows, Index other_rows, Index stored_entries, Index rank) {
  const auto m = static_cast<double>(own_rows);
  const auto n = static_cast<double>(other_rows);
  const auto k = static_cast<double>(rank);
  const double ratio = 1.0 + (static_cast<double>(stored_entries) + n * k) / (m * k + m);
  return {static_cast<Index>(1.0 + kSweepShare * ratio), true};
}

template <class Real>
void Hals<Real>::prepare() {
  prepare_sweeps<Real>(this->gram(), gram_.view(), inverse_);
}

template <class Real>
void Hals<Real>::improve(Index /*first_row*/, ConstMatrixView<Real> cross,
                         MatrixView<Real> factor) {
  const Index k = factor.columns();
  kernels::in_parallel(factor.rows(), kTileRows, 2 * factor.rows() * k * k, [&](Range part) {
    Tile<Real>& tile = thread_tile<Real>(k);
    for (Index begin = part.begin; begin < part.end; begin += kTileRows) {
      const Range rows{begin, std::min(begin + kTileRows, part.end)};
      load_transposed<Real>(factor.rows(rows), Real{0}, tile.factor.view());
      load_transposed<Real>(cross.rows(rows), static_cast<Real>(this->l1()), tile.cross.view());
      sweep<Real>({std::as_const(gram_).view(), inverse_, std::as_const(tile.cross).view(),
                   this->upper_bound()},
                  inner_, tile);
      store_transposed<Real>(std::as_const(tile.factor).view(), factor.rows(rows));
    }
  });
}

template class Hals<float>;
template class Hals<double>;

}  // namespace tessera::update
