#pragma once

#include "tessera/config/options.hpp"
#include "tessera/io/matrix_input.hpp"

/// The problem that a user's options state.
namespace tessera::app {

/// Reads A, scales it as asked, and keeps what is observed and not held out one by one. Rows and
/// columns that are held out (HoldoutKind::blocks) stay in: io::training_copy() takes them away.
/// Collective. @throws mpi::AgreedError, also for entries that cannot be factorized.
template <class Real>
[[nodiscard]] DataMatrix<Real> read_problem(const io::MatrixInput& input,
                                            const InputOptions& options,
                                            const ObservationOptions& observation,
                                            const HoldoutOptions& holdout,
                                            const mpi::ProcessGrid& grid);

}  // namespace tessera::app
