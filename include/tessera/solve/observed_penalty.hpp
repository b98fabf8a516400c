#pragma once

#include <vector>

#include "tessera/core/iteration_record.hpp"
#include "tessera/products/observations.hpp"
#include "tessera/products/score.hpp"
#include "tessera/solve/penalty.hpp"

namespace tessera::solve {

/// λ per observed entry: as it is given. Otherwise the rule that solves each row for itself takes a
/// thousandth of the mean entry, and every other rule 0: a coefficient that the few entries of a
/// row do not determine would grow without end; with λ it stays below r/(2√λ) for an entry of size
/// r.
template <class Real>
[[nodiscard]] double l2_per_entry(const DataMatrix<Real>& a, const SolverOptions& solver) {
  constexpr double kLeastRidge = 1e-3;
  const bool solves_rows =
      a.observed_only && solver.is_frobenius() && solver.chosen_algorithm() != Algorithm::mu;
  return solver.l2_per_entry.value_or(solves_rows ? kLeastRidge * a.summary.mean : 0.0);
}

/// The penalties of both factors where entries may be missing: those of every problem, and
/// ½λ(‖w_i‖² + ‖h_j‖²) for every observed entry (i, j), times its weight.
template <class Real>
class ObservedPenalty {
 public:
  /// Collective.
  ObservedPenalty(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                  const SolverOptions& solver)
      : penalty_w_(solver.penalty_w),
        penalty_h_(solver.penalty_h),
        per_entry_(l2_per_entry(a, solver)) {
    if (a.observed_only && per_entry_ > 0) {
      ridge_w_ = scaled(products::observed_weights_of_rows(a, grid));
      ridge_h_ = scaled(products::observed_weights_of_columns(a, grid));
    }
  }

  /// λ times what is observed of each own row of W, or of Hᵀ; empty if λ is 0.
  [[nodiscard]] std::span<const double> ridge_w() const { return ridge_w_; }
  [[nodiscard]] std::span<const double> ridge_h() const { return ridge_h_; }

  /// Of this process's pieces.
  [[nodiscard]] double share(const Factor<Real>& w, const Factor<Real>& h) const {
    return penalty_of_rows<Real>(w.piece.view(), penalty_w_) +
           penalty_of_rows<Real>(h.piece.view(), penalty_h_) + ridge_value(w, ridge_w_) +
           ridge_value(h, ridge_h_);
  }

 private:
  [[nodiscard]] std::vector<double> scaled(std::vector<double> weights) const {
    for (double& weight : weights) {
      weight *= per_entry_;
    }
    return weights;
  }
  [[nodiscard]] static double ridge_value(const Factor<Real>& factor,
                                          const std::vector<double>& ridge) {
    double sum = 0;
    for (std::size_t row = 0; row < ridge.size(); ++row) {
      const Real* f = factor.piece.view().row(static_cast<Index>(row));
      double squares = 0;
      for (Index l = 0; l < factor.rank(); ++l) {
        squares += static_cast<double>(f[l]) * static_cast<double>(f[l]);
      }
      sum += 0.5 * ridge[row] * squares;
    }
    return sum;
  }

  Penalty penalty_w_;
  Penalty penalty_h_;
  double per_entry_;
  std::vector<double> ridge_w_;
  std::vector<double> ridge_h_;
};

/// Notes in the record how far predictions are from the entries held out, if there are any.
inline void set_held_out(IterationRecord& record, const products::Score& score) {
  if (score.entries > 0) {
    record.held_out_rmse = score.rmse;
    record.held_out_mae = score.mae;
    record.held_out_kl = score.kl;
  }
}

}  // namespace tessera::solve
