#pragma once

#include <cstdint>

#include "tessera/core/timer.hpp"
#include "tessera/kernels/beta_products.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/products/factor_exchange.hpp"

namespace tessera::products {

/// Numerators and denominators of multiplicative updates for a β-divergence.
///
/// Every process keeps the panels of both factors; each is gathered afresh once an iteration. With
/// x = (WH)_ij at the entries of the local block, the sums Σ_j p·h_j and Σ_j q·h_j for W's rows
/// (for H's the mirror image) are reduce-scattered to the rows' owners. Where A is whole and β = 1
/// the denominators are the column sums of the other factor and need no such sums: then the payload
/// is that of Frobenius's cross products, otherwise half as much again. A sparse A that is whole
/// and β ≠ 1 costs what a dense one does, 4mnk/p operations a product, in tiles of bounded memory.
template <class Real>
class BetaProducts {
 public:
  /// @pre `a`, `grid` and `times` outlive the object.
  BetaProducts(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index rank, double beta,
               PhaseTimes& times);

  /// Whether denominators are column sums, which sums() then leaves out.
  [[nodiscard]] bool denominators_are_column_sums() const { return implicit_denominators_; }
  /// Whether loss_share() lacks Σ (WH)_ij.
  [[nodiscard]] bool loss_lacks_model_sum() const {
    return implicit_denominators_ && a_.is_sparse();
  }

  /// Gathers W. Collective. @pre `w_piece` is this process's piece.
  void gather_w(ConstMatrixView<Real> w_piece);
  /// Gathers H and passes over A: the sums for W, unless only the loss is wanted. Collective.
  /// @pre W was gathered.
  void multiply_for_w(ConstMatrixView<Real> h_piece, bool only_loss);
  /// Gathers W and passes over A: the sums for H. Collective. @pre H was gathered.
  void multiply_for_h(ConstMatrixView<Real> w_piece);

  /// This process's rows of the sums made last, one per row of the factor they are for.
  [[nodiscard]] ConstMatrixView<Real> numerator() const { return numerator_; }
  [[nodiscard]] ConstMatrixView<Real> denominator() const { return denominator_; }
  /// This process's share of the loss at the (W, H) that multiply_for_w() met.
  [[nodiscard]] double loss_share() const { return loss_share_; }

  /// The panels gathered last: W of the block's rows and Hᵀ of its columns.
  [[nodiscard]] ConstMatrixView<Real> w_panel() const { return w_.panel(); }
  [[nodiscard]] ConstMatrixView<Real> h_panel() const { return h_.panel(); }

  [[nodiscard]] Index computed() const { return computed_; }
  /// This process's share.
  [[nodiscard]] std::int64_t predicted_bytes_per_iteration() const;
  [[nodiscard]] std::int64_t predicted_bytes() const { return predicted_bytes_; }

 private:
  [[nodiscard]] kernels::BetaOperands<Real> operands() const;
  void add_column_sums(const kernels::BetaSums<Real>& sums);
  void scatter(FactorExchange<Real>& exchange);
  [[nodiscard]] kernels::BetaSums<Real> cleared_sums(const FactorExchange<Real>& exchange) const;

  const DataMatrix<Real>& a_;
  double beta_;
  Real floor_;
  bool implicit_denominators_;
  bool all_entries_;  ///< those that are not stored count, as zeros
  PhaseTimes& times_;
  FactorExchange<Real> w_;
  FactorExchange<Real> h_;
  ConstMatrixView<Real> numerator_;
  ConstMatrixView<Real> denominator_;
  kernels::BetaWorkspace<Real> workspace_;
  double loss_share_ = 0;
  Index computed_ = 0;
  std::int64_t predicted_bytes_ = 0;
};

}  // namespace tessera::products
