#pragma once

#include "tessera/config/options.hpp"
#include "tessera/io/matrix_input.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/products/score.hpp"

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

/// Whether the rule works on whole rows and whole columns, of which every process holds some.
[[nodiscard]] bool works_on_whole_rows(const SolverOptions& solver,
                                       const ObservationOptions& observation,
                                       const HoldoutOptions& holdout);

/// The same input, its rows and columns shuffled where both are cut into even parts of whole ones,
/// unless the user says how they are dealt.
[[nodiscard]] InputOptions spread_evenly(InputOptions input, bool whole_rows);

/// --grid as given, or p×1 where that is left open and A is to be read in one pass.
[[nodiscard]] std::string grid_setting(const RunOptions& run, const SolverOptions& solver,
                                       const mpi::Communicator& world);

/// The grid on which a problem is solved: a user's, or the one that moves the fewest words; p×1
/// where the rule works on whole rows. Collective. @throws mpi::AgreedError (code usage) for a grid
/// that does not fit.
[[nodiscard]] mpi::ProcessGrid make_problem_grid(const std::string& setting,
                                                 const io::MatrixDescription& about,
                                                 bool whole_rows, const mpi::Communicator& world);

}  // namespace tessera::app
