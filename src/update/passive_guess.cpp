#include "tessera/update/passive_guess.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {
namespace {

constexpr int kSweeps =
    2;  ///< each spares some rounds of pivoting, the third no more than it costs

}  // namespace

template <class Real>
PassiveGuess<Real>::PassiveGuess(Index rank)
    : gram_(rank, rank),
      inverse_(static_cast<std::size_t>(rank)),
      live_(1, rank),
      cross_(rank, kTileRows),
      factor_(rank, kTileRows) {}

template <class Real>
void PassiveGuess<Real>::prepare(ConstMatrixView<double> gram) {
  prepare_sweeps<Real>(gram, gram_.view(), inverse_);
  clear(live_[0]);
  for (Index l = 0; l < gram.rows(); ++l) {
    if (inverse_[static_cast<std::size_t>(l)] > 0) {
      insert(live_[0], l);
    }
  }
}

template <class Real>
void PassiveGuess<Real>::assign(ConstMatrixView<Real> cross, Real l1, ConstMatrixView<Real> factor,
                                IndexSets& sets) {
  TileRow<Real> all;
  all.fill(Real{1});
  TileRow<Real> change;
  const ConstIndexSet live = live_[0];
  for (Index begin = 0; begin < factor.rows(); begin += kTileRows) {
    const Range rows{begin, std::min(begin + kTileRows, factor.rows())};
    load_transposed<Real>(factor.rows(rows), Real{0}, factor_.view());
    load_transposed<Real>(cross.rows(rows), l1, cross_.view());
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      kernels::sweep_components<Real>(
          {std::as_const(gram_).view(), inverse_, std::as_const(cross_).view(),
           std::numeric_limits<Real>::infinity()},
          all, factor_.view(), change);
    }
    kernels::mark_positive<Real>(std::as_const(factor_).view(), sets[begin].data());
    for (Index row = rows.begin; row < rows.end; ++row) {
      const IndexSet set = sets[row];
      for (std::size_t word = 0; word < set.size(); ++word) {
        set[word] &= live[word];
      }
    }
  }
}

template class PassiveGuess<float>;
template class PassiveGuess<double>;

}  // namespace tessera::update
