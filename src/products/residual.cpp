#include "tessera/products/residual.hpp"

#include <algorithm>

#include "tessera/core/timer.hpp"
#include "tessera/kernels/residual.hpp"
#include "tessera/products/cross.hpp"

namespace tessera::products {

template <class Real>
double squared_residual(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                        const FactorPair<Real>& factors) {
  PhaseTimes unused;
  CrossProducts<Real> products(a, grid, factors.rank(), unused);
  const auto w = products.gather_w(factors.w.piece.view());
  const auto h = products.gather_h(factors.h.piece.view());
  return grid.comm().sum(kernels::squared_residual(a.block.entries(), w, h));
}

template double squared_residual(const DataMatrix<float>&, const mpi::ProcessGrid&,
                                 const FactorPair<float>&);
template double squared_residual(const DataMatrix<double>&, const mpi::ProcessGrid&,
                                 const FactorPair<double>&);

}  // namespace tessera::products
