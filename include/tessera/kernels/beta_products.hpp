#pragma once

#include <span>

#include "tessera/matrix/block.hpp"
#include "tessera/matrix/matrix.hpp"

/// The local passes of multiplicative updates for a β-divergence. With x_ij = ⟨w_i, h_j⟩, never
/// below `floor`, they sum ω_ij·p(a_ij, x_ij)·f and ω_ij·q(x_ij)·f, f being a row of the other
/// factor: numerator and denominator of one row of a factor (kernels/beta_divergence.hpp has p and
/// q).
namespace tessera::kernels {

/// What a pass reads. W is the block's rows × k, H its columns × k.
template <class Real>
struct BetaOperands {
  ConstMatrixView<Real> w;
  ConstMatrixView<Real> h;
  double beta = 1;
  Real floor = 0;
  std::span<const Real> weights = {};  ///< of a sparse block's stored entries; empty: all 1
};

/// What a pass adds up, rows × k each. Without rows in `denominator` only numerators are summed:
/// for Kullback-Leibler on a whole matrix the denominators are column sums of the other factor.
template <class Real>
struct BetaSums {
  MatrixView<Real> numerator;
  MatrixView<Real> denominator;
};

/// Tiles of a dense pass, allocated once.
template <class Real>
struct BetaWorkspace {
  AlignedVector<Real> entries;  ///< of A, where it is sparse
  AlignedVector<Real> p;
  AlignedVector<Real> q;
};

/// Adds to the sums of the local rows `rows` (numerator and denominator have rows.size() rows) what
/// the stored entries of a sparse block give: those entries are all that counts.
/// @return Σ ω_ij·d(a_ij | x_ij); for Kullback-Leibler without denominators less x, as
/// distance_less_x() has it.
template <class Real>
double add_row_sums(const SparseBlock<Real>& a, Range rows, const BetaOperands<Real>& operands,
                    const BetaSums<Real>& sums);
/// The same for the columns; the sums have one row for each column of the block.
template <class Real>
void add_column_sums(const SparseBlock<Real>& a, Range rows, const BetaOperands<Real>& operands,
                     const BetaSums<Real>& sums);

/// The same where every entry counts: a dense block, or a sparse one whose other entries are zeros,
/// tile by tile. The distances are whole. Weights are not taken.
template <class Real>
double add_all_row_sums(const Block<Real>& a, Range rows, const BetaOperands<Real>& operands,
                        const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace);
template <class Real>
void add_all_column_sums(const Block<Real>& a, Range rows, const BetaOperands<Real>& operands,
                         const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace);

}  // namespace tessera::kernels
