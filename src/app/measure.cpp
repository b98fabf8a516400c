#include "tessera/app/measure.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/products/divergence.hpp"
#include "tessera/products/residual.hpp"

namespace tessera::app {

template <class Real>
double loss_of(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
               const FactorPair<Real>& factors, const SolverOptions& solver) {
  if (solver.is_frobenius() && !a.observed_only) {
    return 0.5 * products::squared_residual(a, grid, factors);
  }
  return products::divergence(a, grid, factors, solver.divergence());
}

double relative_error(double loss, const MatrixSummary& matrix, const SolverOptions& solver) {
  if (!solver.is_frobenius()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return matrix.squared_norm > 0 ? std::sqrt(2.0 * loss / matrix.squared_norm) : 0.0;
}

Loss loss_of_model(const io::ModelInfo& model) {
  for (const auto& [loss, name] : EnumNames<Loss>::values) {
    if (name == model.loss) {
      return loss;
    }
  }
  throw InputError(
      fmt::format("the model was made for the loss '{}', which this program does not "
                  "know. Use a newer program",
                  model.loss));
}

template double loss_of(const DataMatrix<float>&, const mpi::ProcessGrid&, const FactorPair<float>&,
                        const SolverOptions&);
template double loss_of(const DataMatrix<double>&, const mpi::ProcessGrid&,
                        const FactorPair<double>&, const SolverOptions&);

}  // namespace tessera::app
