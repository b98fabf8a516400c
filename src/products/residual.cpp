#include "tessera/products/residual.hpp"

#include <algorithm>

#include "tessera/core/timer.hpp"
#include "tessera/kernels/gram.hpp"
#include "tessera/kernels/residual.hpp"
#include "tessera/kernels/score.hpp"
#include "tessera/kernels/spmm.hpp"
#include "tessera/products/cross.hpp"
#include "tessera/products/gram_message.hpp"

namespace tessera::products {
namespace {

/// FᵀF of a whole distributed factor.
template <class Real>
Matrix<double> global_gram(const Factor<Real>& factor, const mpi::Communicator& comm) {
  PhaseTimes unused;
  GramMessage<Real> message(comm, factor.rank(), unused);
  message.begin(factor.piece.view(), {});
  message.finish();
  Matrix<double> gram(factor.rank(), factor.rank());
  std::ranges::copy(message.gram().span(), gram.span().begin());
  return gram;
}

}  // namespace

template <class Real>
double squared_residual(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                        const FactorPair<Real>& factors) {
  PhaseTimes unused;
  CrossProducts<Real> products(a, grid, factors.rank(), unused);
  const auto w = products.gather_w(factors.w.piece.view());
  const auto h = products.gather_h(factors.h.piece.view());
  if (const auto* dense = std::get_if<DenseBlock<Real>>(&a.block)) {
    return grid.comm().sum(kernels::squared_residual(dense->entries(), w, h));
  }
  const auto& sparse = std::get<SparseBlock<Real>>(a.block);
  if (a.observed_only) {
    return grid.comm().sum(kernels::squared_residual<Real>(sparse, a.weights, w, h));
  }
  const double inner = grid.comm().sum(kernels::inner_product_with(sparse, w, h));
  const auto gram_w = global_gram(factors.w, grid.comm());
  const auto gram_h = global_gram(factors.h, grid.comm());
  const double squared_product = kernels::inner_product<double>(gram_w.view(), gram_h.view());
  return std::max(0.0, a.summary.squared_norm - 2.0 * inner + squared_product);
}

template double squared_residual(const DataMatrix<float>&, const mpi::ProcessGrid&,
                                 const FactorPair<float>&);
template double squared_residual(const DataMatrix<double>&, const mpi::ProcessGrid&,
                                 const FactorPair<double>&);

}  // namespace tessera::products
