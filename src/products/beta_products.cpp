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
BetaProducts<Real>::Side::Side(FactorExchange<Real> factor_exchange, Index rank, bool denominators)
    : exchange(std::move(factor_exchange)),
      partial_numerator(exchange.block_rows(), rank),
      partial_denominator(denominators ? exchange.block_rows() : 0, rank),
      numerator(exchange.own_rows(), rank),
      denominator(denominators ? exchange.own_rows() : 0, rank) {}

template <class Real>
BetaProducts<Real>::BetaProducts(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                 Index rank, double beta, PhaseTimes& times)
    : a_(a),
      shape_(grid.shape()),
      rank_(rank),
      beta_(beta),
      floor_(static_cast<Real>(least_prediction(a.summary))),
      implicit_denominators_(beta == 1 && !a.observed_only),
      all_entries_(counts_all_entries(a, beta)),
      times_(times),
      w_(FactorExchange<Real>::of_w(a, grid, rank, times), rank, !implicit_denominators_),
      h_(FactorExchange<Real>::of_h(a, grid, rank, times), rank, !implicit_denominators_),
      last_(&w_) {}

template <class Real>
kernels::BetaOperands<Real> BetaProducts<Real>::operands() const {
  return {w_panel(), h_panel(), beta_, floor_, std::span<const Real>(a_.weights)};
}

template <class Real>
void BetaProducts<Real>::gather_w(ConstMatrixView<Real> w_piece) {
  w_.exchange.gather(w_piece);
  predicted_bytes_ += bytes_of_w();
}

template <class Real>
void BetaProducts<Real>::multiply_for_w(ConstMatrixView<Real> h_piece, bool only_loss) {
  h_.exchange.gather(h_piece);
  predicted_bytes_ += bytes_of_h();
  {
    const auto scope = times_.scope(Phase::product);
    std::ranges::fill(w_.partial_numerator.span(), Real{0});
    std::ranges::fill(w_.partial_denominator.span(), Real{0});
    const kernels::BetaSums<Real> sums{w_.partial_numerator.view(), w_.partial_denominator.view()};
    loss_share_ = all_entries_ ? kernels::add_all_row_sums(a_.block, operands(), sums, workspace_)
                               : kernels::row_sums(std::get<SparseBlock<Real>>(a_.block),
                                                   operands(), sums, workspace_);
  }
  if (!only_loss) {
    scatter(w_);
    predicted_bytes_ += (implicit_denominators_ ? 1 : 2) * bytes_of_w();
  }
}

template <class Real>
void BetaProducts<Real>::multiply_for_h(ConstMatrixView<Real> w_piece) {
  gather_w(w_piece);
  {
    const auto scope = times_.scope(Phase::product);
    std::ranges::fill(h_.partial_numerator.span(), Real{0});
    std::ranges::fill(h_.partial_denominator.span(), Real{0});
    const kernels::BetaSums<Real> sums{h_.partial_numerator.view(), h_.partial_denominator.view()};
    if (all_entries_) {
      kernels::add_all_column_sums(a_.block, operands(), sums);
    } else {
      kernels::add_column_sums(std::get<SparseBlock<Real>>(a_.block), operands(), sums, workspace_);
    }
  }
  scatter(h_);
  predicted_bytes_ += (implicit_denominators_ ? 1 : 2) * bytes_of_h();
}

template <class Real>
void BetaProducts<Real>::scatter(Side& side) {
  ++computed_;
  last_ = &side;
  side.exchange.scatter_sum(std::as_const(side.partial_numerator).view(), side.numerator.view());
  if (!implicit_denominators_) {
    side.exchange.scatter_sum(std::as_const(side.partial_denominator).view(),
                              side.denominator.view());
  }
}

template <class Real>
std::int64_t BetaProducts<Real>::bytes_of_w() const {
  return (shape_.columns - 1) * a_.m() * rank_ * Index{sizeof(Real)};
}

template <class Real>
std::int64_t BetaProducts<Real>::bytes_of_h() const {
  return (shape_.rows - 1) * a_.n() * rank_ * Index{sizeof(Real)};
}

template <class Real>
std::int64_t BetaProducts<Real>::predicted_bytes_per_iteration() const {
  return (implicit_denominators_ ? 2 : 3) * (bytes_of_w() + bytes_of_h());
}

template class BetaProducts<float>;
template class BetaProducts<double>;

}  // namespace tessera::products
