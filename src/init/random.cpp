#include "tessera/init/random.hpp"

#include <cmath>

#include "tessera/core/random.hpp"

namespace tessera::init {
namespace {

template <class Real>
void fill(Factor<Real>& factor, const Ordering& order, std::uint64_t seed, random::Stream stream,
          double scale) {
  for (Index row = 0; row < factor.owned.size(); ++row) {
    const Index original = order.original(factor.owned.begin + row);
    for (Index l = 0; l < factor.rank(); ++l) {
      const double normal = random::normal(seed, stream, original, l);
      factor.piece(row, l) = static_cast<Real>(scale * std::abs(normal));
    }
  }
}

}  // namespace

template <class Real>
FactorPair<Real> random_start(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index rank,
                              std::uint64_t seed) {
  const auto& distribution = a.distribution;
  FactorPair<Real> factors{
      Factor<Real>(a.m(), distribution.w_piece(grid.row(), grid.column()), rank),
      Factor<Real>(a.n(), distribution.h_piece(grid.row(), grid.column()), rank)};
  const double mean = static_cast<float>(a.summary.mean);
  const double scale = std::sqrt(mean / static_cast<double>(rank));
  fill(factors.w, a.row_order, seed, random::Stream::factor_w, scale);
  fill(factors.h, a.column_order, seed, random::Stream::factor_h, scale);
  return factors;
}

template FactorPair<float> random_start(const DataMatrix<float>&, const mpi::ProcessGrid&, Index,
                                        std::uint64_t);
template FactorPair<double> random_start(const DataMatrix<double>&, const mpi::ProcessGrid&, Index,
                                         std::uint64_t);

}  // namespace tessera::init
