#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "tessera/config/methods.hpp"
#include "tessera/config/parse.hpp"
#include "tessera/config/penalty_conflicts.hpp"
#include "tessera/core/error.hpp"

#include "checkpoint_options.hpp"
#include "image_options.hpp"
#include "label_options.hpp"
#include "option_groups.hpp"
#include "tables.hpp"

/// What is said of each command, and what must hold between its options.
namespace tessera {

std::string loss_text(const SolverOptions& solver) {
  return solver.loss == Loss::beta ? fmt::format("beta {}", solver.beta)
                                   : std::string(name_of(solver.loss));
}

}  // namespace tessera

namespace tessera::config {
namespace {

std::vector<std::string> stopping_conflicts(const StoppingOptions& stopping) {
  if (stopping.max_iterations == 0 && stopping.tolerance == 0 && stopping.target_error == 0 &&
      stopping.kkt_tolerance == 0 && stopping.time_limit == 0) {
    return {
        "nothing would ever stop the run: give --max-iterations, --tolerance, --target-error, "
        "--kkt-tolerance or --time-limit a value above 0"};
  }
  return {};
}

std::vector<std::string> observation_conflicts(const ObservationOptions& observation,
                                               const InputOptions& input) {
  std::vector<std::string> found;
  const bool has_file = !observation.mask.empty() || !observation.weights.empty();
  if (!observation.mask.empty() && !observation.weights.empty()) {
    found.emplace_back(
        "--mask and --weights exclude each other: give --weights alone, in which 0 masks an entry");
  }
  if (input.scale != Scaling::none && (has_file || observation.missing == Missing::nan)) {
    found.push_back(
        fmt::format("--scale {} would count entries that are not observed: scale the file first, "
                    "and leave --scale out",
                    name_of(input.scale)));
  }
  const Storage refused = observation.missing == Missing::zeros ? Storage::dense
                          : observation.missing == Missing::nan ? Storage::sparse
                                                                : Storage::automatic;
  if (observation.missing != Missing::none && input.storage == refused) {
    found.push_back(fmt::format("--storage {} would lose what --missing {} asks for: leave it out",
                                name_of(refused), name_of(observation.missing)));
  }
  return found;
}

std::vector<std::string> solver_conflicts(const SolverOptions& solver) {
  auto found = join({penalty_conflicts(solver), refused_penalties(solver)});
  if (solver.extrapolation == Switch::on && !is_monotone(solver.chosen_algorithm())) {
    found.push_back(
        fmt::format("--extrapolation on needs an algorithm whose loss never rises, "
                    "which that of {} may: leave it at auto",
                    name_of(solver.chosen_algorithm())));
  }
  if (solver.step != SolverOptions{}.step && solver.chosen_algorithm() != Algorithm::gradient) {
    found.push_back(
        fmt::format("--step {} is for --algorithm gradient, not {}: leave out one of them",
                    name_of(solver.step), name_of(solver.chosen_algorithm())));
  }
  if (solver.restarts > 1 && solver.init != Init::random) {
    found.push_back(
        fmt::format("--restarts is for the start random, and {} hardly differs from seed to seed: "
                    "leave out one of them",
                    solver.init == Init::file ? "a file" : name_of(solver.init)));
  }
  return found;
}

}  // namespace

namespace {

/// What holds for Frobenius's loss too if only some entries count.
std::vector<std::string> observed_conflicts(const SolverOptions& solver,
                                            const StoppingOptions& stopping, bool observed) {
  std::vector<std::string> found;
  if (!observed && solver.l2_per_entry.value_or(0) > 0) {
    found.emplace_back(
        "--l2-per-entry is for missing or weighted entries: with all of A give --l2-w (times the "
        "columns) and --l2-h (times the rows)");
  }
  if (!observed) {
    return found;
  }
  const Algorithm algorithm = solver.chosen_algorithm();
  if (algorithm != Algorithm::hals && algorithm != Algorithm::mu) {
    found.push_back(fmt::format(
        "--algorithm {} needs all entries of A: with missing or weighted ones take hals or mu",
        name_of(algorithm)));
  }
  if (stopping.kkt_tolerance > 0 && solver.is_frobenius()) {
    found.emplace_back(
        "--kkt-tolerance is not measured with missing or weighted entries: give --tolerance or "
        "--max-iterations");
  }
  if (solver.init != Init::random && solver.init != Init::file) {
    found.push_back(
        fmt::format("--init {} would take missing entries for zeros: give random, or file:PATH",
                    name_of(solver.init)));
  }
  return found;
}

}  // namespace

std::vector<std::string> loss_conflicts(const SolverOptions& solver,
                                        const StoppingOptions& stopping, bool observed) {
  auto found = observed_conflicts(solver, stopping, observed);
  if (observed || !solver.is_frobenius()) {
    std::ranges::move(penalties_of_frobenius(solver, observed ? "missing or weighted entries"
                                                              : "--loss " + loss_text(solver)),
                      std::back_inserter(found));
    if (solver.passes == Passes::one) {
      found.emplace_back("--passes 1 is for --loss frobenius over all entries: leave it at auto");
    }
  }
  if (solver.passes == Passes::one && stopping.kkt_tolerance > 0) {
    found.emplace_back(
        "--kkt-tolerance measures all of W before any row is updated, which --passes 1 does not "
        "wait for: leave out one of them");
  }
  if (solver.passes == Passes::one && solver.penalty_w.coupling > 0) {
    found.emplace_back(
        "--graph makes rows of W depend on each other, which --passes 1 updates one by one: leave "
        "out one of them");
  }
  if (solver.beta != SolverOptions{}.beta && solver.loss != Loss::beta) {
    found.push_back(fmt::format("--beta is for --loss beta, not {}: leave out one of them",
                                name_of(solver.loss)));
  }
  if (solver.is_frobenius()) {
    return found;
  }
  const std::string loss = loss_text(solver);
  if (solver.chosen_algorithm() != Algorithm::mu) {
    found.push_back(
        fmt::format("--loss {} is minimised by --algorithm mu, not {}: leave it at auto", loss,
                    name_of(solver.chosen_algorithm())));
  }
  if (stopping.target_error > 0 || stopping.kkt_tolerance > 0) {
    found.push_back(
        fmt::format("--target-error and --kkt-tolerance are measured for --loss frobenius, not {}: "
                    "give --tolerance or --max-iterations",
                    loss));
  }
  const bool l2 =
      solver.penalty_w.l2 > 0 || solver.penalty_h.l2 > 0 || solver.l2_per_entry.value_or(0) > 0;
  if (l2 && solver.divergence() < 2 && solver.divergence() != 1) {
    found.push_back(fmt::format(
        "--l2-w, --l2-h and --l2-per-entry have no rule that never rises for --loss {}: use "
        "--l1-w and --l1-h",
        loss));
  }
  return found;
}

CommandText describe(const FactorizeOptions&) {
  return {"factorize INPUT --rank K --output FILE [options]",
          "Finds non-negative factors W (m x K) and H (K x n) with A ~ W H.",
          "mpirun -n 4 tessera factorize data.h5 --rank 20 --output result.h5"};
}

CommandText describe(const ReconstructOptions&) {
  return {"reconstruct --model FILE --output FILE [options]",
          "Multiplies the factors of a result: all of W H, or some of its rows, also as pictures.",
          "tessera reconstruct --model result.h5 --rows 0:100 --output product.h5"};
}

CommandText describe(const TransformOptions&) {
  return {"transform INPUT --model FILE --output FILE [options]",
          "Finds the weights W of a matrix's rows for the components H of a result.",
          "mpirun -n 4 tessera transform new.h5 --model result.h5 --output weights.h5"};
}

CommandText describe(const EvaluateOptions&) {
  return {"evaluate [INPUT] --model FILE [options]",
          "Tells how well W H of a result describes a matrix, or finds labels of its rows.",
          "mpirun -n 4 tessera evaluate ratings.mtx --missing zeros --model result.h5 --clip 1:5"};
}

CommandText describe(const CompareOptions&) {
  return {"compare INPUT --rank K [options]",
          "Runs every algorithm from the same start and tells how fast and how good each is.",
          "mpirun -n 4 tessera compare data.h5 --rank 20 --picture curves.svg"};
}

CommandText describe(const SpectrumOptions&) {
  return {"spectrum INPUT [options]",
          "Finds the leading singular values, and the error that no factorization can go below.",
          "mpirun -n 4 tessera spectrum data.h5 --count 50"};
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

namespace {

bool is_observed(const FactorizeOptions& options) {
  return options.observation.is_set() ||
         (options.holdout.share > 0 && options.holdout.kind == HoldoutKind::speckled);
}

}  // namespace

std::vector<std::string> conflicts(const FactorizeOptions& options) {
  auto found = join({run_conflicts(options.run), solver_conflicts(options.solver),
                     loss_conflicts(options.solver, options.stopping, is_observed(options)),
                     observation_conflicts(options.observation, options.input),
                     stopping_conflicts(options.stopping),
                     output_conflicts(options.output, options.input.path, "input file"),
                     checkpoint_conflicts(options)});
  if (options.holdout.share > 0 && options.holdout.kind == HoldoutKind::blocks) {
    // What is held out is found with the other factor given, by an exact rule.
    std::ranges::move(penalties_of_frobenius(options.solver, "--holdout-kind blocks"),
                      std::back_inserter(found));
  }
  if (!options.solver.fix_h.empty() && options.holdout.share > 0 &&
      options.holdout.kind == HoldoutKind::blocks) {
    found.emplace_back(
        "--fix-h gives components on columns that --holdout-kind blocks keeps back: leave out one "
        "of "
        "them");
  }
  const bool rescales =
      options.normalize == Normalization::l1 || options.normalize == Normalization::l2;
  const auto& solver = options.solver;
  if (rescales && (!solver.fix_h.empty() || solver.upper_bound > 0)) {
    found.push_back(
        fmt::format("--normalize {} would rescale what {}: leave it at auto, or give none",
                    name_of(options.normalize),
                    solver.fix_h.empty() ? "--upper-bound limits" : "--fix-h keeps"));
  }
  return found;
}

std::vector<std::string> conflicts(const TransformOptions& options) {
  return join({run_conflicts(options.run), stopping_conflicts(options.stopping),
               observation_conflicts(options.observation, options.input),
               output_conflicts(options.output, options.input.path, "input file"),
               output_conflicts(options.output, options.model, "file of --model")});
}

std::vector<std::string> conflicts(const EvaluateOptions& options) {
  auto found =
      join({run_conflicts(options.run), observation_conflicts(options.observation, options.input),
            label_conflicts(options)});
  const std::string_view file = !options.observation.mask.empty()      ? "--mask"
                                : !options.observation.weights.empty() ? "--weights"
                                                                       : "";
  if (!options.entries.empty() && !file.empty()) {
    found.push_back(
        fmt::format("--entries and {} both say which entries count: give one of them", file));
  }
  const RankingOptions& ranking = options.ranking;
  if (ranking.at == 0 && (!ranking.exclude_seen.empty() || ranking.relevant > 0)) {
    found.emplace_back(
        "--exclude-seen and --relevant are for a ranking: give --precision-at N too");
  }
  return found;
}

std::vector<std::string> conflicts(const CompareOptions& options) {
  auto found = join({run_conflicts(options.run), penalty_conflicts(options.solver),
                     loss_conflicts(options.solver, options.stopping, options.observation.is_set()),
                     observation_conflicts(options.observation, options.input),
                     stopping_conflicts(options.stopping)});
  try {
    static_cast<void>(methods(options));
  } catch (const UsageError& error) {
    found.emplace_back(error.what());
  }
  return found;
}

std::vector<std::string> conflicts(const ReconstructOptions& options) {
  return join({run_conflicts(options.run), reconstruct_image_conflicts(options),
               output_conflicts(options.output, options.model, "file of --model"),
               output_conflicts(options.output, options.input.path, "file of --input")});
}

std::vector<std::string> conflicts(const SpectrumOptions& options) {
  return run_conflicts(options.run);
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
