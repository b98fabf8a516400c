#pragma once

#include "tessera/config/options.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/io/matrix_source.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

/// How good factors are, measured once, in double.
namespace tessera::app {

/// The loss of the factors, without penalties. Collective.
template <class Real>
[[nodiscard]] double loss_of(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                             const FactorPair<Real>& factors, const SolverOptions& solver);

/// ‖A − WH‖ / ‖A‖ of Frobenius's loss ½‖A − WH‖²; not a number for another loss.
[[nodiscard]] double relative_error(double loss, const MatrixSummary& matrix,
                                    const SolverOptions& solver);

/// The loss that a model was made for. @throws InputError for an unknown one.
[[nodiscard]] Loss loss_of_model(const io::ModelInfo& model);

}  // namespace tessera::app
