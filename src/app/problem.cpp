#include "tessera/app/problem.hpp"

#include <fmt/format.h>

#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/observed_input.hpp"
#include "tessera/products/factor_exchange.hpp"

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
  a.imply_ones();
  return a;
}

bool works_on_whole_rows(const SolverOptions& solver, const ObservationOptions& observation,
                         const HoldoutOptions& holdout) {
  return io::is_observed_only(observation, holdout) && solver.is_frobenius() &&
         solver.chosen_algorithm() != Algorithm::mu;
}

InputOptions spread_evenly(InputOptions input, bool whole_rows) {
  if (whole_rows && input.balance == Balance::automatic) {
    input.balance = Balance::permute;
  }
  return input;
}

std::string grid_setting(const RunOptions& run, const SolverOptions& solver,
                         const mpi::Communicator& world) {
  const bool tall = run.grid == RunOptions{}.grid && solver.passes == Passes::one;
  return tall ? GridShape{world.size(), 1}.to_string() : run.grid;
}

mpi::ProcessGrid make_problem_grid(const std::string& setting, const io::MatrixDescription& about,
                                   bool whole_rows, const mpi::Communicator& world) {
  if (!whole_rows) {
    return make_grid(setting, about.rows, about.columns, world);
  }
  const GridShape tall{world.size(), 1};
  const auto wanted = mpi::agree(world, [&] { return parse_grid_shape(setting); });
  if (wanted && *wanted != tall) {
    throw mpi::AgreedError(
        ExitCode::usage,
        fmt::format(
            "--grid {} does not fit: with missing or weighted entries every process works on "
            "whole rows and columns of A, on a grid of {}. Leave it at auto, or take "
            "--algorithm mu",
            setting, tall.to_string()));
  }
  log::info(fmt::format(
      "entries are missing or weighted: A is held by rows and again by columns, each over {}",
      world.size() == 1 ? "1 process" : fmt::format("{} processes", world.size())));
  return {world, tall};
}

template DataMatrix<float> read_problem(const io::MatrixInput&, const InputOptions&,
                                        const ObservationOptions&, const HoldoutOptions&,
                                        const mpi::ProcessGrid&);
template DataMatrix<double> read_problem(const io::MatrixInput&, const InputOptions&,
                                         const ObservationOptions&, const HoldoutOptions&,
                                         const mpi::ProcessGrid&);

}  // namespace tessera::app
