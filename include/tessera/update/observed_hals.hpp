#pragma once

#include <span>

#include "tessera/config/options.hpp"
#include "tessera/core/aligned.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/matrix/sparse_block.hpp"

namespace tessera::update {

/// Coordinate descent for one factor where entries of A are missing or weighted: row f of the
/// factor minimises, over f ≥ 0,
///   ½Σ_j ω_j(a_j − ⟨f, h_j⟩)² + λ₁Σf + ½(λ₂ + λΣ_j ω_j)‖f‖²
/// over the observed entries j of its row of A; λ counts per observed entry. A row has a gram of
/// its own, which is never formed: the residuals of the row are kept, and a sweep over its k
/// coefficients
///   f_l ← [f_l + (Σ_j ω_j r_j h_jl − λ₁ − (λ₂ + λn)f_l) / (Σ_j ω_j h_jl² + λ₂ + λn)]₊
/// costs 4·k operations an entry. A row sweeps until a sweep changes it by less than a tenth of
/// what the first did, `kMostSweeps` times at most, or as often as it is told. In double whatever
/// the precision; the loss never rises. A row without observations becomes 0. Source: Hsieh &
/// Dhillon, KDD 2011, and Yu, Hsieh, Si & Dhillon (CCD++), ICDM 2012; λ per entry: Zhou, Wilkinson,
/// Schreiber & Pan, AAIM 2008.
template <class Real>
class ObservedHals {
 public:
  static constexpr Index kMostSweeps = 4;

  /// `l2_per_entry` is λ; the first `fixed` components stay as they are; `sweeps` for every row, or
  /// 0 for the rule's own choice.
  ObservedHals(Index rank, const Penalty& penalty, double l2_per_entry, Index fixed,
               Index sweeps = 0);

  /// Improves the rows of a factor. @pre a has factor.rows() rows, and `other` one row for each of
  /// its columns; `weights` are ω of its stored entries, or none if all are 1. @return ½Σ ω(a − x)²
  /// of the improved rows. @throws ShapeError.
  double update(const SparseBlock<Real>& a, std::span<const Real> weights,
                ConstMatrixView<Real> other, MatrixView<Real> factor);

 private:
  void load(const SparseBlock<Real>& a, std::span<const Real> weights, Index row,
            ConstMatrixView<Real> other);
  void sweep_row(double* f);
  [[nodiscard]] double sweep(double* f, double ridge);

  Index rank_;
  Penalty penalty_;
  double l2_per_entry_;
  Index fixed_;
  Index sweeps_;
  // One row at a time: its entries, their weights, and the other factor's rows, k × entries.
  std::size_t entries_ = 0;
  AlignedVector<double> residuals_;
  AlignedVector<double> weights_;
  AlignedVector<double> gathered_;
  AlignedVector<double> curvatures_;  ///< Σ_j ω_j h_jl²
  AlignedVector<double> row_;
};

}  // namespace tessera::update
