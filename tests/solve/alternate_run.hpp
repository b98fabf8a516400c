#pragma once

#include <utility>
#include <vector>

#include "tessera/init/random.hpp"
#include "tessera/solve/alternate.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

/// Runs of the loop on small matrices of which every entry is known.
namespace tessera::testing {

/// One sweep an update and no extrapolation: what scikit-learn does.
inline SolverOptions plain_hals() { return {.inner_iterations = 1, .extrapolation = Switch::off}; }

/// Every algorithm with its defaults, and plain HALS.
inline std::vector<SolverOptions> methods() {
  std::vector<SolverOptions> all(1, plain_hals());
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    all.push_back({.algorithm = algorithm});
  }
  return all;
}

/// A of exact rank `rank`: the product of two uniform random factors.
inline EntryFunction low_rank(Index rank) {
  return [rank](Index i, Index j) {
    double sum = 0;
    for (Index l = 0; l < rank; ++l) {
      sum += random_entry(11, i, l) * random_entry(12, j, l);
    }
    return sum;
  };
}

inline double noisy(Index i, Index j) { return low_rank(4)(i, j) + 0.3 * random_entry(13, i, j); }

inline StoppingOptions iterations(Index count) {
  StoppingOptions options;
  options.max_iterations = count;
  options.tolerance = 0;
  return options;
}

template <class Real>
struct Run {
  FactorPair<Real> factors;
  solve::Outcome outcome;
  std::vector<IterationRecord> history;
};

template <class Real>
Run<Real> run(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, FactorPair<Real> start,
              SolverOptions method, const StoppingOptions& options) {
  method.rank = start.rank();
  Run<Real> result{std::move(start), {}, {}};
  solve::History history;
  solve::Observer* const observers[] = {&history};
  PhaseTimes times;
  result.outcome =
      solve::alternate<Real>(a, grid, result.factors, {method, options}, observers, times);
  result.history = history.records();
  return result;
}

template <class Real>
Run<Real> run_random(const mpi::ProcessGrid& grid, Index m, Index n, const EntryFunction& entry,
                     Index rank, std::uint64_t seed, const SolverOptions& method,
                     const StoppingOptions& options) {
  const auto a = make_data_matrix<Real>(grid, m, n, entry);
  return run<Real>(a, grid, init::random_start(a, grid, rank, seed), method, options);
}

inline mpi::GridShape tall() { return {test_world().size(), 1}; }

}  // namespace tessera::testing
