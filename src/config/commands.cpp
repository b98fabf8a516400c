#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "tables.hpp"

/// What is said of each command, and what must hold between its options.
namespace tessera::config {
namespace {

std::vector<std::string> run_conflicts(const RunOptions& run) {
  if (run.quiet && run.verbose) {
    return {"--quiet and --verbose exclude each other: give one of them"};
  }
  return {};
}

std::vector<std::string> solver_conflicts(const SolverOptions& solver) {
  std::vector<std::string> found;
  if (solver.penalty_w.is_set() != solver.penalty_h.is_set() && solver.fix_h.empty()) {
    found.emplace_back(
        "a penalty on one factor alone has no effect: the other grows instead. Give both W and H "
        "one (--l1-w or --l2-w, and --l1-h or --l2-h)");
  }
  if (solver.extrapolation == Switch::on && !is_monotone(solver.algorithm)) {
    found.push_back(
        fmt::format("--extrapolation on needs an algorithm whose loss never rises, "
                    "which that of {} may: leave it at auto",
                    name_of(solver.algorithm)));
  }
  if (solver.step != SolverOptions{}.step && solver.algorithm != Algorithm::gradient) {
    found.push_back(
        fmt::format("--step {} is for --algorithm gradient, not {}: leave out one of them",
                    name_of(solver.step), name_of(solver.algorithm)));
  }
  if (solver.restarts > 1 && solver.init != Init::random) {
    found.push_back(
        fmt::format("--restarts is for random starts, and {} is always the same: leave "
                    "out one of them",
                    solver.init == Init::file ? "a file" : name_of(solver.init)));
  }
  return found;
}

}  // namespace

CommandText describe(const FactorizeOptions&) {
  return {"factorize INPUT --rank K --output FILE [options]",
          "Finds non-negative factors W (m x K) and H (K x n) with A ~ W H.",
          "mpirun -n 4 tessera factorize data.h5 --rank 20 --output result.h5"};
}

CommandText describe(const ReconstructOptions&) {
  return {"reconstruct --model FILE --output FILE [options]",
          "Multiplies the factors of a result: all of W H, or some of its rows.",
          "tessera reconstruct --model result.h5 --rows 0:100 --output product.h5"};
}

CommandText describe(const ImportOptions&) {
  return {"import INPUT --output FILE [options]",
          "Writes any matrix file as HDF5 in AnnData's layout, compressed.",
          "mpirun -n 4 tessera import counts.mtx.gz --output counts.h5"};
}

CommandText describe(const InspectOptions&) {
  return {"inspect INPUT [options]",
          "Tells shape, range and wrong entries of a matrix, or how a result was made.",
          "tessera inspect data.h5"};
}

CommandText describe(const ComponentsOptions&) {
  return {"components --model FILE [options]", "Shows the components of a result as pictures.",
          "tessera components --model result.h5 --image-shape 32x32 --output components.png"};
}

CommandText describe(const GenerateOptions&) {
  return {"generate [KIND] --output FILE [options]",
          "Writes a synthetic matrix whose factors are known.",
          "tessera generate lowrank --rows 10000 --columns 2000 --rank 20 --output data.h5"};
}

std::vector<std::string> conflicts(const FactorizeOptions& options) {
  auto found = run_conflicts(options.run);
  std::ranges::move(solver_conflicts(options.solver), std::back_inserter(found));
  const StoppingOptions& stopping = options.stopping;
  if (stopping.max_iterations == 0 && stopping.tolerance == 0 && stopping.target_error == 0 &&
      stopping.kkt_tolerance == 0 && stopping.time_limit == 0) {
    found.emplace_back(
        "nothing would ever stop the run: give --max-iterations, --tolerance, --target-error, "
        "--kkt-tolerance or --time-limit a value above 0");
  }
  if (!options.output.empty() && options.output == options.input.path) {
    found.emplace_back("--output is the input file: give it another name");
  }
  return found;
}

std::vector<std::string> conflicts(const ReconstructOptions& options) {
  auto found = run_conflicts(options.run);
  if (!options.output.empty() && options.output == options.model) {
    found.emplace_back("--output is the file of --model: give it another name");
  }
  return found;
}

std::vector<std::string> conflicts(const ImportOptions& options) {
  auto found = run_conflicts(options.run);
  if (!options.output.empty() && options.output == options.input.path) {
    found.emplace_back("--output is the input file: give it another name");
  }
  return found;
}

std::vector<std::string> conflicts(const InspectOptions& options) {
  return run_conflicts(options.run);
}

std::vector<std::string> conflicts(const ComponentsOptions& options) {
  return run_conflicts(options.run);
}

std::vector<std::string> conflicts(const GenerateOptions& options) {
  auto found = run_conflicts(options.run);
  const GenerateOptions unset;
  if (options.kind == SyntheticKind::swimmer &&
      (options.rows != unset.rows || options.columns != unset.columns ||
       options.rank != unset.rank || options.noise != unset.noise || options.seed != unset.seed)) {
    found.emplace_back(
        "the swimmer pictures are always the same: leave out --rows, --columns, --rank, --noise "
        "and --seed, or generate lowrank");
  }
  if (options.density > 1 || options.skew >= 1) {
    found.emplace_back("--density goes up to 1, and --skew stays below 1");
  }
  return found;
}

}  // namespace tessera::config
