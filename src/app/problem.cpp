#include "tessera/app/problem.hpp"

#include "tessera/app/session.hpp"
#include "tessera/io/observed_input.hpp"

namespace tessera::app {

template <class Real>
DataMatrix<Real> read_problem(const io::MatrixInput& input, const InputOptions& options,
                              const ObservationOptions& observation, const HoldoutOptions& holdout,
                              const mpi::ProcessGrid& grid) {
  // What is not observed may be NaN or negative, which read_scaled() refuses.
  auto a = observation.is_set() && options.scale == Scaling::none
               ? input.read<Real>(grid)
               : read_scaled<Real>(input, options.scale, grid);
  if (io::is_observed_only(observation, holdout)) {
    a = io::keep_observed(std::move(a), input, observation, holdout, grid);
  }
  raise_to_floor(a, options.floor, input.description(), grid);
  return a;
}

template DataMatrix<float> read_problem(const io::MatrixInput&, const InputOptions&,
                                        const ObservationOptions&, const HoldoutOptions&,
                                        const mpi::ProcessGrid&);
template DataMatrix<double> read_problem(const io::MatrixInput&, const InputOptions&,
                                         const ObservationOptions&, const HoldoutOptions&,
                                         const mpi::ProcessGrid&);

}  // namespace tessera::app
