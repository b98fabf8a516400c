#include "tables.hpp"

#include "checkpoint_options.hpp"
#include "image_options.hpp"
#include "label_options.hpp"
#include "observation_tables.hpp"
#include "option_groups.hpp"

namespace tessera::config {
namespace {

/// The name of a start, or file:PATH.
Option init_option(SolverOptions& solver) {
  static constexpr std::string_view kFile = "file:";
  Option option = choice(solver.init, {"init", "NAME", "start of W and H"});
  option.set = [&solver, set_name = option.set](std::string_view given) {
    if (given.starts_with(kFile) && given.size() > kFile.size()) {
      solver.init = Init::file;
      solver.init_path = given.substr(kFile.size());
      return true;
    }
    solver.init_path.clear();
    return given != name_of(Init::file) && set_name(given);
  };
  option.text = [&solver] { return init_text(solver); };
  return option;
}

Option rank_option(SolverOptions& solver) {
  return required(number(solver.rank, 1, {"rank", "K", "number of components"}), "10");
}

Option algorithm_option(std::optional<Algorithm>& algorithm, const std::string& automatic) {
  return choice_or_auto(algorithm, {"algorithm", "NAME", "update rule; auto is " + automatic});
}

OptionTable loss_options(SolverOptions& solver) {
  return {choice(solver.loss,
                 {"loss", "NAME", "what is minimised; kl suits counts, itakura-saito spectra"}),
          signed_real(solver.beta,
                      {"beta", "X", "of loss beta: 2 is frobenius, 1 kl, 0 itakura-saito"})};
}

OptionTable solver_options(SolverOptions& solver) {
  return in_group(
      "Factorization",
      join({{rank_option(solver)},
            loss_options(solver),
            {algorithm_option(solver.algorithm, "hals, or mu unless the loss is frobenius"),
             init_option(solver), seed_option(solver),
             number(solver.restarts, 1,
                    {"restarts", "N", "random starts from seed, seed + 1, ...; the best is kept"}),
             number_or_auto(solver.inner_iterations,
                            {"inner-iterations", "N", "sweeps or steps of a rule in one update"}),
             choice(solver.extrapolation,
                    {"extrapolation", "WHEN", "momentum with restart; auto: where it pays"}),
             choice(solver.step, {"step", "NAME", "step length of the rule gradient"}),
             choice(solver.passes, {"passes", "N",
                                    "how often an iteration reads A; 1 needs a grid of Px1 and the "
                                    "loss frobenius; auto: 1 where that pays"}),
             text(solver.fix_h, "a file name",
                  {"fix-h", "FILE",
                   "result or matrix whose rows stay the first components of H"})}}));
}

/// The penalty of one factor, "W" or "H".
OptionTable penalty_options(Penalty& penalty, const std::string& factor) {
  const std::string suffix = factor == "W" ? "-w" : "-h";
  return in_group(
      "Penalties, added to the loss",
      {real(penalty.l1, {"l1" + suffix, "X", "times the sum of the entries of " + factor}),
       real(penalty.l2, {"l2" + suffix, "X", "times half the squared norm of " + factor})});
}

OptionTable per_entry_options(std::optional<double>& l2_per_entry) {
  return in_group(
      "Penalties, added to the loss",
      {real_or_auto(
          l2_per_entry,
          {"l2-per-entry", "X",
           "for each observed entry times half the squared norms of its rows of W and H^T; auto "
           "is a thousandth of the mean entry with hals, else 0"})});
}

/// What not every algorithm takes.
OptionTable special_penalty_options(SolverOptions& solver) {
  return in_group(
      "Penalties and a bound that only some algorithms take",
      {real(solver.penalty_h.orthogonality,
            {"orthogonality-h", "X",
             "times the inner products of different rows of H (hals, mu, gradient)"}),
       real(solver.upper_bound,
            {"upper-bound", "X",
             "largest entry that W and H may have; 0: none (hals, mu, gradient)"}),
       real(solver.penalty_h.coupling,
            {"smooth-h", "X",
             "times half the squared differences of neighbouring columns of H (mu)"}),
       file(solver.graph, "graph",
            "symmetric matrix that says how near the rows of INPUT are to each other (mu)"),
       real(solver.penalty_w.coupling,
            {"graph-weight", "X",
             "times half the squared differences of the rows of W that --graph joins"})});
}

OptionTable stopping_options(StoppingOptions& stopping) {
  return in_group(
      "Stopping, whichever comes first (0: off)",
      {number(stopping.max_iterations, 0, {"max-iterations", "N", "iterations at most"}),
       real(stopping.tolerance,
            {"tolerance", "X",
             "least decrease of the loss over 10 iterations, relative to "
             "half the squared norm of A, or to the loss of the simplest model"}),
       real(stopping.target_error, {"target-error", "X", "relative error |A - WH| / |A| to reach"}),
       real(stopping.kkt_tolerance,
            {"kkt-tolerance", "X", "projected gradient, relative to |A H^T| + |A^T W|"}),
       real(stopping.time_limit, {"time-limit", "SECONDS", "time in the iterations"})});
}

OptionTable ranking_options(RankingOptions& ranking) {
  return in_group(
      "Ranking: are the best columns of a row, such as items for a user, entries of INPUT?",
      {number(ranking.at, 0,
              {"precision-at", "N",
               "rank the columns of each row and look at the first N; 0: do not rank"}),
       file(
           ranking.exclude_seen, "exclude-seen",
           "matrix of INPUT's shape, such as the one the model was made of; what is not zero there "
           "is not ranked"),
       real(ranking.relevant, {"relevant", "X", "only entries of at least this are to be found"})});
}

}  // namespace

OptionTable table(FactorizeOptions& options) {
  return join(
      {input_options(options.input, options.run), observation_options(options.observation),
       holdout_options(options.holdout), solver_options(options.solver),
       penalty_options(options.solver.penalty_w, "W"),
       penalty_options(options.solver.penalty_h, "H"),
       per_entry_options(options.solver.l2_per_entry), special_penalty_options(options.solver),
       stopping_options(options.stopping),
       run_options(options.run, {precision_option(options.run), grid_option(options.run),
                                 threads_option(options.run), memory_option(options.run)}),
       in_group("Output",
                {output_option(options.output, "HDF5 file for W, H and how they were found",
                               "result.h5"),
                 choice(options.normalize,
                        {"normalize", "NAME",
                         "norm of the rows of stored H; auto: l2, none with penalties"}),
                 file(options.run.report, "report", "JSON file for times, traffic and history")}),
       checkpoint_options(options.checkpoint)});
}

OptionTable table(TransformOptions& options) {
  return join(
      {input_options(options.input, options.run), observation_options(options.observation),
       in_group("Weights", {model_option(options.model),
                            algorithm_option(options.algorithm,
                                             "what the model's loss allows, exact if possible")}),
       penalty_options(options.penalty, "W"), per_entry_options(options.l2_per_entry),
       stopping_options(options.stopping),
       run_options(options.run, {grid_option(options.run), threads_option(options.run)}),
       in_group("Output",
                {output_option(options.output, "HDF5 file for the weights W, with the components H",
                               "weights.h5")})});
}

OptionTable table(CompareOptions& options) {
  return join(
      {input_options(options.input, options.run), observation_options(options.observation),
       in_group("Comparison",
                {rank_option(options.solver),
                 text(options.algorithms, "all or names with commas between",
                      {"algorithms", "NAMES",
                       "names with commas between; plain-hals is hals without extrapolation and "
                       "with one sweep an update"}),
                 init_option(options.solver), seed_option(options.solver)}),
       in_group("Comparison", loss_options(options.solver)),
       penalty_options(options.solver.penalty_w, "W"),
       penalty_options(options.solver.penalty_h, "H"),
       per_entry_options(options.solver.l2_per_entry), special_penalty_options(options.solver),
       stopping_options(options.stopping),
       run_options(options.run, {precision_option(options.run), grid_option(options.run),
                                 threads_option(options.run), memory_option(options.run)}),
       in_group("Output",
                {file(options.run.report, "report", "JSON file with the curves of all algorithms"),
                 file(options.picture, "picture",
                      "SVG file: error against seconds and against iterations")})});
}

OptionTable table(EvaluateOptions& options) {
  return join({optional_input_options(options.input, options.run,
                                      "the data matrix; may be left out where only --labels count"),
               observation_options(options.observation),
               in_group("Evaluation", {model_option(options.model), entries_option(options.entries),
                                       clip_option(options.clip)}),
               ranking_options(options.ranking), label_options(options),
               run_options(options.run, {grid_option(options.run), threads_option(options.run)}),
               in_group("Output", {file(options.run.report, "report",
                                        "JSON file for the errors and the labels")})});
}

OptionTable table(ReconstructOptions& options) {
  return join(
      {in_group("Input", {model_option(options.model),
                          text(options.rows, "a range such as 10:20", is_range,
                               {"rows", "A:B",
                                "rows to rebuild, from A up to but without B, counted from 0; if "
                                "not given, all"}),
                          allow_external_option(options.run)}),
       run_options(options.run, {threads_option(options.run)}),
       in_group("Output", {file(options.output, "output", "HDF5 file for the product W H")}),
       reconstruct_image_options(options)});
}

OptionTable table(SpectrumOptions& options) {
  return join(
      {input_options(options.input, options.run),
       in_group("Spectrum",
                {number(options.count, 1, {"count", "N", "leading singular values to find"}),
                 real(options.tolerance,
                      {"tolerance", "X", "relative change of a value in one iteration to stop at"}),
                 number(options.seed, {"seed", "N", "seed of the subspace to start from"})}),
       run_options(options.run, {grid_option(options.run), threads_option(options.run)}),
       in_group("Output",
                {file(options.run.report, "report", "JSON file for the values and floors")})});
}

OptionTable table(InspectOptions& options) {
  return join({input_options(options.input, options.run),
               run_options(options.run, {grid_option(options.run), threads_option(options.run)})});
}

OptionTable table(ComponentsOptions& options) {
  return join(
      {in_group("Input", {model_option(options.model), allow_external_option(options.run)}),
       image_shape_options(options.image_shape, options.transpose),
       in_group("Pictures", {number(options.columns, 0,
                                    {"columns", "N",
                                     "pictures per line; 0 makes a square of "
                                     "them"})}),
       run_options(options.run, {}),
       in_group("Output", {file(options.output, "output",
                                "PNG file; if not given, the terminal shows the pictures")})});
}

OptionTable table(GenerateOptions& options) {
  return join(
      {in_group("Data", {positional(choice(options.kind, {"kind", "KIND", "what to generate"}))}),
       in_group("Data of kinds lowrank and sparse",
                {number(options.rows, 1, {"rows", "M", "rows of the matrix"}),
                 number(options.columns, 1, {"columns", "N", "columns of the matrix"}),
                 number(options.seed, {"seed", "N", "seed of the random numbers"})}),
       in_group("Data of kind sparse",
                {real(options.density, {"density", "X", "share of the entries that are not zero"}),
                 real(options.skew, {"skew", "X",
                                     "exponent of the power law by which rows and columns differ, "
                                     "below 1; 0: uniform"})}),
       in_group("Data of kind lowrank",
                {number(options.rank, 1, {"rank", "K", "rank before noise"}),
                 real(options.noise, {"noise", "X",
                                      "standard deviation of the noise, relative to the mean "
                                      "entry; sums below 0 become 0"})}),
       run_options(options.run, {precision_option(options.run), threads_option(options.run)}),
       in_group("Output", {output_option(options.output, "HDF5 file for the matrix", "data.h5")})});
}

OptionTable table(CommandLineOptions& options) {
  return in_group("Help and configuration",
                  {file(options.config, "config",
                        "read options from this file, one 'name = value' a line; the command line "
                        "wins"),
                   flag(options.help, "help", "print this text")});
}

}  // namespace tessera::config
