#pragma once

#include "tessera/config/options.hpp"
#include "tessera/core/holdout.hpp"
#include "tessera/io/matrix_input.hpp"

/// From A as a file holds it to a problem with missing, weighted or held-out entries.
namespace tessera::io {

/// The rule that the options state.
[[nodiscard]] HoldoutRule holdout_rule(const HoldoutOptions& holdout);

/// Whether a problem with these options stores its observed entries only.
[[nodiscard]] bool is_observed_only(const ObservationOptions& observation,
                                    const HoldoutOptions& holdout);

/// Keeps of A, as input.read() gave it, what is observed, with its weights, and sets the entries
/// aside that are held out one by one. The files of the mask and the weights are read here; their
/// entries go where those of A are. What is not observed may hold anything.
///
/// Memory beside A: the observed entries in compressed rows, and while they are found the mask.
/// Collective. @pre is_observed_only(observation, holdout).
/// @throws mpi::AgreedError (code usage) for what a sparse or dense file cannot have, (code input)
/// when shapes differ, a weight is negative or not finite, an observed entry cannot be factorized,
/// or nothing is observed.
template <class Real>
[[nodiscard]] DataMatrix<Real> keep_observed(DataMatrix<Real> a, const MatrixInput& input,
                                             const ObservationOptions& observation,
                                             const HoldoutOptions& holdout,
                                             const mpi::ProcessGrid& grid);

/// A for a factorization that must not see the held-out rows and columns: their entries are 0 in a
/// dense A and not stored in a sparse one, so that factors of what is left have zeros there. Its
/// summary speaks of the rows and columns that are left. Collective.
template <class Real>
[[nodiscard]] DataMatrix<Real> training_copy(const DataMatrix<Real>& a, const HoldoutRule& rule,
                                             const mpi::Communicator& comm);

}  // namespace tessera::io
