#include "tessera/products/beta_products.hpp"

#include <algorithm>

#include "tessera/products/divergence.hpp"

namespace tessera::products {
namespace {

/// Whether entries count that a sparse block does not store.
template <class Real>
bool counts_all_entries(const DataMatrix<Real>& a, double beta) {
  return !a.observed_only && (!a.is_sparse() || beta != 1);
}

}  // namespace

template <class Real>
BetaProducts<Real>::BetaProducts(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                 Index rank, double beta, PhaseTimes& times)
    : a_(a),
      beta_(beta),
      floor_(static_cast<Real>(least_prediction(a.summary))),
      implicit_denominators_(beta == 1 && !a.observed_only),
      all_entries_(counts_all_entries(a, beta)),
      times_(times),
      w_(FactorExchange<Real>::of_w(a, grid, rank, implicit_denominators_ ? 1 : 2, times)),
      h_(FactorExchange<Real>::of_h(a, grid, rank, implicit_denominators_ ? 1 : 2, times)) {}

template <class Real>
kernels::BetaOperands<Real> BetaProducts<Real>::operands() const {
  return {w_panel(), h_panel(), beta_, floor_, std::span<const Real>(a_.weights)};
}

template <class Real>
void BetaProducts<Real>::gather_w(ConstMatrixView<Real> w_piece) {
  w_.gather(w_piece);
  predicted_bytes_ += w_.predicted_bytes();
}

template <class Real>
void BetaProducts<Real>::multiply_for_w(ConstMatrixView<Real> h_piece, bool only_loss) {
  h_.gather(h_piece);
  predicted_bytes_ += h_.predicted_bytes();
  {
    const auto scope = times_.scope(Phase::product);
    const auto sums = cleared_sums(w_);
    loss_share_ = all_entries_ ? kernels::add_all_row_sums(a_.block, operands(), sums, workspace_)
                               : kernels::row_sums(std::get<SparseBlock<Real>>(a_.block),
                                                   operands(), sums, workspace_);
  }
  if (!only_loss) {
    scatter(w_);
    predicted_bytes_ += (implicit_denominators_ ? 1 : 2) * w_.predicted_bytes();
  }
}

template <class Real>
void BetaProducts<Real>::multiply_for_h(ConstMatrixView<Real> w_piece) {
  gather_w(w_piece);
  {
    const auto scope = times_.scope(Phase::product);
    const auto sums = cleared_sums(h_);
    if (all_entries_) {
      kernels::add_all_column_sums(a_.block, operands(), sums);
    } else if (a_.transposed.empty()) {
      kernels::add_column_sums(std::get<SparseBlock<Real>>(a_.block), operands(), sums, workspace_);
    } else {
      add_column_sums(sums);
    }
  }
  scatter(h_);
  predicted_bytes_ += (implicit_denominators_ ? 1 : 2) * h_.predicted_bytes();
}

/// By the second copy of the block, whose rows are A's columns.
template <class Real>
void BetaProducts<Real>::add_column_sums(const kernels::BetaSums<Real>& sums) {
  for (const SparseBlock<Real>& panel : a_.transposed) {
    const auto w = w_panel().rows(rows_of(a_.transposed, panel));
    kernels::add_row_sums(panel, {h_panel(), w, beta_, floor_}, sums, workspace_);
  }
}

/// The block's shares of numerator and denominator, zero.
template <class Real>
kernels::BetaSums<Real> BetaProducts<Real>::cleared_sums(
    const FactorExchange<Real>& exchange) const {
  kernels::BetaSums<Real> sums{exchange.partial(), {}};
  std::ranges::fill(sums.numerator.span(), Real{0});
  if (!implicit_denominators_) {
    sums.denominator = exchange.partial(1);
    std::ranges::fill(sums.denominator.span(), Real{0});
  }
  return sums;
}

template <class Real>
void BetaProducts<Real>::scatter(FactorExchange<Real>& exchange) {
  ++computed_;
  numerator_ = exchange.scatter_sum();
  if (!implicit_denominators_) {
    denominator_ = exchange.scatter_sum(1);
  }
}

template <class Real>
std::int64_t BetaProducts<Real>::predicted_bytes_per_iteration() const {
  return (implicit_denominators_ ? 2 : 3) * (w_.predicted_bytes() + h_.predicted_bytes());
}

template class BetaProducts<float>;
template class BetaProducts<double>;

}  // namespace tessera::products
