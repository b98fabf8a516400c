#include "tessera/app/start.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tessera/app/stored_factors.hpp"
#include "tessera/init/nndsvd.hpp"
#include "tessera/init/random.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::app {

template <class Real>
Starts<Real>::Starts(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                     const SolverOptions& solver)
    : a_(a), grid_(grid), solver_(solver) {
  if (solver.fix_h.empty()) {
    return;
  }
  fixed_ = read_components(solver.fix_h, a, grid);
  if (fixed_.rank() > solver.rank) {
    throw mpi::AgreedError(
        ExitCode::usage, fmt::format("'{}' holds {} components to keep, more than --rank {}. Raise "
                                     "--rank to {} or more",
                                     solver.fix_h, fixed_.rank(), solver.rank, fixed_.rank()));
  }
  double largest = 0;
  for (const Real entry : fixed_.piece.span()) {
    largest = std::max(largest, static_cast<double>(entry));
  }
  largest = grid.comm().max(largest);
  if (solver.upper_bound > 0 && largest > solver.upper_bound) {
    throw mpi::AgreedError(
        ExitCode::usage,
        fmt::format(
            "the components in '{}' have entries up to {}, above --upper-bound {}. Raise it "
            "to {} or more",
            solver.fix_h, largest, solver.upper_bound, largest));
  }
}

template <class Real>
FactorPair<Real> Starts<Real>::make(std::uint64_t seed) const {
  auto factors = initial(seed);
  for (Index row = 0; row < fixed_.owned.size(); ++row) {
    std::copy_n(fixed_.piece.view().row(row), fixed_.rank(), factors.h.piece.view().row(row));
  }
  return factors;
}

template <class Real>
FactorPair<Real> Starts<Real>::initial(std::uint64_t seed) const {
  switch (solver_.init) {
    case Init::random:
      return init::random_start(a_, grid_, solver_.rank, seed);
    case Init::nndsvd:
    case Init::nndsvda:
    case Init::nndsvdar:
      return init::nndsvd_start(a_, grid_, solver_.rank, solver_.init, seed);
    case Init::file:
      return read_start(solver_.init_path, solver_.rank, a_, grid_);
  }
  throw Error(ExitCode::other, "no start of this name");
}

template class Starts<float>;
template class Starts<double>;

}  // namespace tessera::app
