#include "tessera/app/start.hpp"

#include "tessera/init/nndsvd.hpp"
#include "tessera/init/random.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::app {

template <class Real>
FactorPair<Real> make_start(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                            const SolverOptions& solver) {
  switch (solver.init) {
    case Init::random:
      return init::random_start(a, grid, solver.rank, solver.seed);
    case Init::nndsvd:
    case Init::nndsvda:
    case Init::nndsvdar:
      return init::nndsvd_start(a, grid, solver.rank, solver.init, solver.seed);
    case Init::file:
      break;
  }
  throw mpi::AgreedError(ExitCode::usage, "--init file:PATH is not available in this version");
}

template FactorPair<float> make_start(const DataMatrix<float>&, const mpi::ProcessGrid&,
                                      const SolverOptions&);
template FactorPair<double> make_start(const DataMatrix<double>&, const mpi::ProcessGrid&,
                                       const SolverOptions&);

}  // namespace tessera::app
