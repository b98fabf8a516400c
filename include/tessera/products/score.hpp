#pragma once

#include "tessera/core/holdout.hpp"
#include "tessera/kernels/score.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// How far predictions are from entries, over all processes; NaN where it is not known.
struct Score {
  double entries = 0;
  double rmse = 0;  ///< √ of the mean (a − x)²
  double mae = 0;   ///< mean |a − x|
  double kl = 0;    ///< mean a·log(a/x) − a + x
};

/// Predicts entries of this process's rows and columns, such as those held out, from the panels W
/// (block rows × k) and Hᵀ (block columns × k) that CrossProducts gathers. Every entry counts as 1.
/// One all-reduce. NaN where no process has an entry. Collective.
template <class Real>
[[nodiscard]] Score score(const SparseBlock<Real>& entries, ConstMatrixView<Real> w,
                          ConstMatrixView<Real> h, const kernels::Scoring& scoring,
                          const mpi::Communicator& comm);

/// The same for all that is observed of A, the pieces of the factors being gathered here.
///
/// Dense A: entry by entry in bounded tiles. Sparse A whose zeros are data, and which W·H would
/// fill: what has a closed form, with ΣΣ(WH)_ij from the factors' column sums; no `mae`.
/// @pre no clip for such an A. Collective.
template <class Real>
[[nodiscard]] Score score(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                          const FactorPair<Real>& factors, const kernels::Scoring& scoring);

/// The same for the entries held out of A. Collective.
template <class Real>
[[nodiscard]] Score score_held_out(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                   const FactorPair<Real>& factors,
                                   const kernels::Scoring& scoring);

/// The same at every entry where a held-out row crosses a held-out column; where entries are
/// missing, at those that are observed. Collective.
template <class Real>
[[nodiscard]] Score score_crossing(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                   const FactorPair<Real>& factors, const HoldoutRule& held_out,
                                   const kernels::Scoring& scoring);

/// Whether score() has to know every prediction by itself, or only some sums of them.
template <class Real>
[[nodiscard]] bool is_scored_by_entry(const DataMatrix<Real>& a) {
  return a.observed_only || !a.is_sparse();
}

}  // namespace tessera::products
