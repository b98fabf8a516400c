#pragma once

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::solve {

/// λ₁‖F‖₁ + ½λ₂‖F‖²_F + ωΣ_{l<l'}⟨F_:l, F_:l'⟩ of the local rows of a factor F ≥ 0, summed in
/// double: what of the penalty falls apart into rows.
template <class Real>
[[nodiscard]] double penalty_of_rows(ConstMatrixView<Real> factor, const Penalty& penalty);

/// All penalties of the pair (W, H), over all processes. Collective.
template <class Real>
[[nodiscard]] double penalty_value(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                   const FactorPair<Real>& factors, const SolverOptions& solver);

}  // namespace tessera::solve
