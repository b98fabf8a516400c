#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "tessera/app/checkpoints.hpp"
#include "tessera/app/command.hpp"
#include "tessera/app/factorize_facts.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/measure.hpp"
#include "tessera/app/memory.hpp"
#include "tessera/app/phase_costs.hpp"
#include "tessera/app/problem.hpp"
#include "tessera/app/row_graph.hpp"
#include "tessera/app/session.hpp"
#include "tessera/app/start.hpp"
#include "tessera/core/interruption.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/observed_input.hpp"
#include "tessera/products/redistribute.hpp"
#include "tessera/report/progress.hpp"
#include "tessera/report/summary.hpp"
#include "tessera/solve/canonical.hpp"
#include "tessera/solve/fold_in.hpp"
#include "tessera/solve/penalty.hpp"

namespace tessera::app {
namespace {

/// Shows the loop's progress on process 0.
class ProgressObserver final : public solve::Observer {
 public:
  ProgressObserver(report::Progress& progress, Index max_iterations)
      : progress_(progress), max_iterations_(max_iterations) {}
  void on_iteration(const IterationRecord& record) override {
    progress_.on_iteration(record, max_iterations_);
  }

 private:
  report::Progress& progress_;
  Index max_iterations_;
};

/// Where a run comes from, and who saves it; nothing of either is possible.
template <class Real>
struct Continuation {
  Earlier<Real>* earlier = nullptr;
  Checkpoints<Real>* checkpoints = nullptr;
};

[[noreturn]] void throw_interrupted(const solve::Outcome& outcome,
                                    const FactorizeOptions& options) {
  throw mpi::AgreedError(
      ExitCode::interrupted,
      fmt::format("stopped by {} after {} iterations. To go on from '{}', repeat the command with "
                  "--resume auto; every command also takes that file as a result",
                  describe(outcome.reason), outcome.iterations, options.checkpoint_path()));
}

/// The loop, observed by a history and, on process 0, by whoever waits at the terminal.
template <class Real>
Run alternate(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, FactorPair<Real>& factors,
              const FactorizeFacts& facts, const StartInWork<Real>& start,
              const Continuation<Real>& continuation, PhaseTimes& times) {
  const auto& options = facts.options;
  auto progress = report::Progress::on_stderr(options.run.quiet || grid.comm().rank() != 0);
  ProgressObserver show(progress, options.stopping.max_iterations);
  auto* earlier = continuation.earlier;
  solve::History history(earlier != nullptr ? earlier->info.history
                                            : std::vector<IterationRecord>{});
  solve::Observer* const observers[] = {&history, &show};
  if (continuation.checkpoints != nullptr) {
    continuation.checkpoints->work_on(start, history);
  }
  const solve::Settings settings{options.solver, options.stopping, facts.fixed_components};
  std::optional<solve::Resumption<Real>> resumption;
  if (earlier != nullptr) {
    resumption.emplace(earlier->state, earlier->info.history);
  }
  const Timer timer;
  auto outcome =
      solve::alternate<Real>(a, grid, factors, settings, observers, times,
                             {resumption ? &*resumption : nullptr, continuation.checkpoints});
  return {std::move(outcome), history.records(), timer.seconds()};
}

/// One run from every start, the first of them perhaps begun earlier. @return the one of the least
/// loss. @throws mpi::AgreedError (code interrupted) when a checkpoint has been saved to go on from
/// later.
template <class Real>
BestStart<Real> best_of_restarts(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                 FactorizeFacts& facts, Continuation<Real> continuation,
                                 PhaseTimes& times) {
  const SolverOptions& solver = facts.options.solver;
  const Starts<Real> starts(a, grid, solver);
  facts.fixed_components = starts.fixed();
  auto* earlier = continuation.earlier;
  std::optional<BestStart<Real>> best;
  Index first = 0;
  if (earlier != nullptr) {
    mpi::agree(grid.comm(), [&] {
      first = start_number(earlier->state, solver.restarts);
      best = restore_best(*earlier);
    });
  }
  for (Index restart = first; restart < solver.restarts; ++restart) {
    const std::uint64_t seed = solver.seed + static_cast<std::uint64_t>(restart);
    auto factors = earlier != nullptr
                       ? std::move(earlier->factors)
                       : timed(times, Phase::start, [&] { return starts.make(seed); });
    continuation.earlier = std::exchange(earlier, nullptr);
    auto run = alternate<Real>(a, grid, factors, facts, {restart, seed, best ? &*best : nullptr},
                               continuation, times);
    if (continuation.checkpoints != nullptr && is_interrupted(run.outcome.reason)) {
      throw_interrupted(run.outcome, facts.options);
    }
    if (solver.restarts > 1) {
      log::info(fmt::format("start {} of {}, seed {}: loss {:.10g}", restart + 1, solver.restarts,
                            seed, run.outcome.returned.loss));
    }
    if (!best || run.outcome.returned.loss < best->run.outcome.returned.loss) {
      best = {std::move(factors), std::move(run), seed};
    }
  }
  return std::move(*best);
}

bool holds_out_blocks(const HoldoutOptions& holdout) {
  return holdout.share > 0 && holdout.kind == HoldoutKind::blocks;
}

/// What the factors say of the entries that were kept back, if any were. Where whole rows and
/// columns were, the factors are completed by them first.
template <class Real>
std::optional<products::Score> score_held_out(const DataMatrix<Real>& all,
                                              const mpi::ProcessGrid& grid,
                                              FactorPair<Real>& factors,
                                              const FactorizeFacts& facts) {
  const auto& options = facts.options;
  const kernels::Scoring scoring{.floor = kernels::prediction_floor(all.summary.mean)};
  if (all.summary.held_out_entries > 0) {
    return products::score_held_out(all, grid, factors, scoring);
  }
  if (!holds_out_blocks(options.holdout)) {
    return std::nullopt;
  }
  const HoldoutRule rule = io::holdout_rule(options.holdout);
  solve::fold_in(all, grid, factors, rule, {options.solver, options.stopping});
  return products::score_crossing(all, grid, factors, rule, scoring);
}

/// A, and what the factors are made from: all of it, or what was not kept back.
template <class Real>
struct Data {
  DataMatrix<Real> all;
  std::optional<DataMatrix<Real>> kept;

  [[nodiscard]] DataMatrix<Real>& training() { return kept ? *kept : all; }
};

template <class Real>
Data<Real> read_data(FactorizeFacts& facts, const io::MatrixInput& input,
                     const mpi::ProcessGrid& grid, PhaseTimes& times) {
  const auto& options = facts.options;
  const SolverOptions& solver = options.solver;
  const auto& world = grid.comm();
  const auto scope = times.scope(Phase::read);
  Data<Real> data{
      read_problem<Real>(input, options.input, options.observation, options.holdout, grid), {}};
  attach_row_graph(data.all, solver, options.input, grid);
  require_loss_finite(data.all.summary, solver, options.run.precision, facts.input);
  if (holds_out_blocks(options.holdout)) {
    data.kept = io::training_copy(data.all, io::holdout_rule(options.holdout), world);
  }
  auto& a = data.training();
  const bool whole_rows = works_on_whole_rows(solver, options.observation, options.holdout);
  if (!whole_rows) {
    add_transposed_panels(a, options.run.memory, solver, !options.observation.weights.empty(),
                          world);
  }
  facts.predicted_memory += predicted_memory(a, grid, solver, whole_rows);
  facts.matrix = data.all.summary;
  facts.sparse = a.is_sparse();
  require_memory_for_factors(a, grid, solver.rank, facts.input.path);
  return data;
}

/// What the run goes on from, if anything. @pre the checkpoint is this run's, so that no other
/// replaces it.
template <class Real>
std::optional<Earlier<Real>> find_earlier(bool is_known, const FactorizeFacts& facts,
                                          const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                          PhaseTimes& times) {
  const auto& options = facts.options;
  const bool looks = options.checkpoint.resume == "auto";
  // An earlier run may have saved its first one while A was read.
  if (is_known || (looks && find_checkpoint(options, grid.comm()))) {
    const auto scope = times.scope(Phase::read);
    return read_earlier<Real>(options, facts.matrix, a, grid);
  }
  if (looks) {
    log::info(
        fmt::format("no checkpoint '{}' yet: the run starts anew", options.checkpoint_path()));
  }
  return std::nullopt;
}

template <class Real>
void write_result(const FactorizeFacts& facts, const io::MatrixNames& names, const Timer& program,
                  const FactorPair<Real>& factors, const Checkpoints<Real>* checkpoints,
                  const mpi::Communicator& world) {
  const auto info = make_model_info(facts, program);
  const auto require_ours = [checkpoints] {
    if (checkpoints != nullptr) {
      checkpoints->require_ours();
    }
  };
  try {
    io::write_factor_file<Real>(facts.options.output,
                                {.w = factors.w,
                                 .h = factors.h,
                                 .info = info,
                                 .names = names,
                                 .before_commit = require_ours},
                                world);
  } catch (const mpi::AgreedError&) {
    // A newer run removes the unfinished result of this one, which is then the reason.
    if (checkpoints != nullptr) {
      mpi::on_root(world, [checkpoints] { checkpoints->require_no_newer(); });
    }
    throw;
  }
}

/// The main job: read A, start, alternate, bring W and H into canonical form, measure, write.
template <class Real>
void run(FactorizeFacts& facts, const io::MatrixInput& input, const mpi::ProcessGrid& grid,
         const std::optional<io::ModelInfo>& checkpoint, const Timer& program) {
  const auto& options = facts.options;
  const SolverOptions& solver = options.solver;
  const auto& world = grid.comm();
  PhaseTimes times;

  auto data = read_data<Real>(facts, input, grid, times);
  auto& a = data.training();
  const auto names = input.read_names(world);
  if (checkpoint) {
    require_same_matrix(*checkpoint, options, a.m(), a.n(), facts.matrix);
  }
  std::optional<Checkpoints<Real>> checkpoints;
  if (!options.checkpoint_path().empty()) {
    checkpoints.emplace(facts, a, names, grid, program, times);
  }
  auto earlier = find_earlier(checkpoint.has_value(), facts, a, grid, times);
  auto* saver = checkpoints ? &*checkpoints : nullptr;
  auto best = best_of_restarts<Real>(a, grid, facts, {earlier ? &*earlier : nullptr, saver}, times);
  facts.run = std::move(best.run);
  facts.seed = best.seed;
  auto& factors = best.factors;
  timed(times, Phase::objective, [&] {
    facts.held_out = score_held_out(data.all, grid, factors, facts);
    facts.dead_components = solve::canonicalize(factors, options.effective_normalization(),
                                                facts.fixed_components, world);
    facts.loss = loss_of(data.all, grid, factors, solver);
    facts.penalty = solve::penalty_value(a, grid, factors, solver);
  });
  facts.phases = phase_costs(times, world);
  timed(times, Phase::write, [&] {
    products::restore_order(factors.w, a.row_order, world);
    products::restore_order(factors.h, a.column_order, world);
    write_result(facts, names, program, factors, saver, world);
  });
  if (checkpoints) {
    facts.checkpoints = checkpoints->cost();
    checkpoints->remove();
  }

  const auto report = make_run_report(facts, program, times, world);
  if (!options.run.quiet) {
    print(report::summary_text(report), world);
  }
  if (!options.run.report.empty()) {
    mpi::on_root(world, [&] { report::write_report(options.run.report, report); });
  }
}

}  // namespace

void factorize(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const Timer program;
  const auto options = parse_command<FactorizeOptions>(arguments, world);
  if (!options) {
    return;
  }
  FactorizeFacts facts;
  facts.options = *options;
  facts.configuration = config::effective_configuration(*options);
  facts.threads = set_threads(options->run.threads, world);
  facts.predicted_memory = resident_memory();
  require_writable(options->output, world);
  if (!options->run.report.empty()) {
    require_writable(options->run.report, world);
  }

  const auto checkpoint = find_checkpoint(*options, world);
  if (!options->checkpoint_path().empty()) {
    require_writable(options->checkpoint_path(), world);
    interruption::listen(world.rank() == 0);
  }

  const bool whole_rows =
      works_on_whole_rows(options->solver, options->observation, options->holdout);
  const io::MatrixInput input(spread_evenly(options->input, whole_rows), world);
  facts.input = input.description();
  require_rank_fits(options->solver.rank, facts.input);
  const auto grid = make_problem_grid(grid_setting(options->run, options->solver, world),
                                      facts.input, whole_rows, world);
  facts.grid = grid.shape();
  with_precision(options->run.precision,
                 [&](auto real) { run<decltype(real)>(facts, input, grid, checkpoint, program); });
}

}  // namespace tessera::app
