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

/// What a pass sums, rows × k each. Without rows in `denominator` only numerators are summed: for
/// Kullback-Leibler on a whole matrix the denominators are column sums of the other factor.
template <class Real>
struct BetaSums {
  MatrixView<Real> numerator;
  MatrixView<Real> denominator;
};

/// What a pass keeps of its parts, from one pass to the next so that nothing is allocated.
template <class Real>
struct BetaWorkspace {
  AlignedVector<Index> chunks;      ///< first row of each, then the number of rows
  AlignedVector<double> distances;  ///< of each part, to be summed in their order
};

/// The sums of all rows of a block, over the stored entries of a sparse block: those entries are
/// all that counts. Predictions, weights and sums follow each other chunk by chunk while the rows
/// of the other factor are in cache.
/// @return Σ ω_ij·d(a_ij | x_ij); for Kullback-Leibler without denominators less x, as
/// distance_less_x() has it.
template <class Real>
double row_sums(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace);
/// Adds to the sums of all rows.
template <class Real>
void add_row_sums(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                  const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace);
/// Adds to the sums of all columns, one row of the sums for each, in one thread.
template <class Real>
void add_column_sums(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                     const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace);

/// Adds to the same sums where every entry counts: a dense block, or a sparse one whose other
/// entries are zeros, tile by tile. The distances are whole. Weights are not taken.
template <class Real>
double add_all_row_sums(const Block<Real>& a, const BetaOperands<Real>& operands,
                        const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace);
template <class Real>
void add_all_column_sums(const Block<Real>& a, const BetaOperands<Real>& operands,
                         const BetaSums<Real>& sums);

}  // namespace tessera::kernels
