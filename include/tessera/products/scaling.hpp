#pragma once

#include "tessera/core/scaling.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// Scales A (m×n) in place. Zeros stay zeros, so rows and columns of nothing but zeros stay as they
/// are, and so does a sparse block's pattern; a.summary is left to the caller to renew. Collective.
///
///   max       a_ij / max A                                   one all-reduced number
///   rows_l1   a_ij / Σ_j |a_ij|                              one all-reduce along the grid rows
///   rows_l2   a_ij / √(Σ_j a_ij²)                            one all-reduce along the grid rows
///   log1p     log(1 + a_ij)                                  local
///   tfidf     a_ij · (log((1 + m) / (1 + df_j)) + 1), then rows_l2; df_j is the number of non-zero
///             entries of column j                            another down the grid columns
///
/// The last is what scikit-learn's TfidfTransformer computes unless told otherwise. Sums are in
/// double. @pre the entries are finite and >= 0.
template <class Real>
void scale(DataMatrix<Real>& a, Scaling kind, const mpi::ProcessGrid& grid);

/// Raises smaller stored entries of A to `floor`, those held out as well; a.summary is left to the
/// caller to renew. Local.
template <class Real>
void raise_to_floor(DataMatrix<Real>& a, double floor);

}  // namespace tessera::products
