#pragma once

#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// The prediction below which all count as this much, where losses and steps have inverse powers:
/// 1e-12 of the mean entry.
[[nodiscard]] inline double least_prediction(const MatrixSummary& matrix) {
  constexpr double kShare = 1e-12;
  return kShare * (matrix.mean > 0 ? matrix.mean : 1.0);
}

/// The β-divergence Σ ω_ij·d(a_ij | (WH)_ij) over the entries of A that count, products and sums in
/// double; meant for the factors that are stored. Kullback-Leibler on a sparse A that is whole
/// takes one pass over the stored entries and the column sums of both factors. Collective.
template <class Real>
[[nodiscard]] double divergence(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                const FactorPair<Real>& factors, double beta);

/// The loss of the simplest model, to which --tolerance is relative: for β = 2 of no model at all,
/// ½‖A‖²; for Kullback-Leibler on a whole matrix of the best one of rank one, (row sums)·(column
/// sums) / total; else of the mean of the entries. Never 0 for a matrix that is not. Collective.
template <class Real>
[[nodiscard]] double reference_loss(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                    double beta);

}  // namespace tessera::products
