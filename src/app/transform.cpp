#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/matching_names.hpp"
#include "tessera/app/measure.hpp"
#include "tessera/app/memory.hpp"
#include "tessera/app/model_columns.hpp"
#include "tessera/app/phase_costs.hpp"
#include "tessera/app/problem.hpp"
#include "tessera/app/session.hpp"
#include "tessera/app/stored_factors.hpp"
#include "tessera/core/log.hpp"
#include "tessera/init/random.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/products/redistribute.hpp"
#include "tessera/solve/alternate.hpp"

namespace tessera::app {
namespace {

/// A model and the matrix whose rows are to be written in its components.
struct Task {
  TransformOptions options;
  io::ModelInfo model;
  SolverOptions solver;
  io::MatrixNames names;  ///< of the result, on process 0
};

/// The names of the new rows, and of the columns as far as either side knows them. Collective.
io::MatrixNames match_names(const io::MatrixInput& input, const std::string& model,
                            const mpi::Communicator& world) {
  auto names = input.read_names(world);
  auto stored = io::read_model_names(model, world);
  mpi::on_root(world, [&] {
    if (names.columns.empty() || stored.columns.empty()) {
      names.columns = names.columns.empty() ? std::move(stored.columns) : std::move(names.columns);
    } else {
      require_same_names("column", names.columns, stored.columns, model);
    }
  });
  return names;
}

/// The loss of the model, and the rule that suits it unless one is named.
SolverOptions solver_of(const TransformOptions& options, const io::ModelInfo& model) {
  SolverOptions solver;
  solver.rank = model.rank;
  solver.loss = loss_of_model(model);
  solver.beta = solver.loss == Loss::beta ? model.beta : solver.beta;
  const Algorithm suitable = !solver.is_frobenius()         ? Algorithm::mu
                             : options.observation.is_set() ? Algorithm::hals
                                                            : Algorithm::anls_bpp;
  solver.algorithm = options.algorithm.value_or(suitable);
  solver.l2_per_entry = options.l2_per_entry;
  solver.penalty_w = options.penalty;
  const auto problems =
      config::loss_conflicts(solver, options.stopping, options.observation.is_set());
  if (!problems.empty()) {
    throw UsageError(fmt::format("{}", fmt::join(problems, "\n")));
  }
  return solver;
}

io::ModelInfo describe_result(const Task& task, const io::MatrixInput& input,
                              const MatrixSummary& matrix, const solve::Outcome& outcome) {
  io::ModelInfo info = task.model;
  info.rows = input.description().rows;
  info.input = input.description().path + ":" + input.description().dataset;
  info.input_fingerprint = matrix.fingerprint;
  info.input_norm = std::sqrt(matrix.squared_norm);
  info.image_shape = input.description().image_shape;
  info.algorithm = name_of(task.solver.chosen_algorithm());
  info.iterations = outcome.iterations;
  info.stop_reason = describe(outcome.reason);
  info.instruction_set = instruction_set();
  info.version = TESSERA_VERSION;
  info.configuration = config::effective_configuration(task.options);
  return info;
}

template <class Real>
void run(const Task& task, const io::MatrixInput& input, const mpi::ProcessGrid& grid,
         const Timer& program) {
  const auto& options = task.options;
  const auto& world = grid.comm();
  PhaseTimes times;
  const auto a = timed(times, Phase::read, [&] {
    return read_problem<Real>(input, options.input, options.observation, {}, grid);
  });
  require_memory_for_factors(a, grid, task.model.rank, input.description().path);
  // A rule that works by steps needs a start; an exact one does not care.
  auto factors = init::random_start(a, grid, task.model.rank, 0);
  factors.h = read_components(options.model, a, grid);

  require_loss_finite(a.summary, task.solver, task.model.precision, input.description());
  const solve::Settings settings{task.solver, options.stopping};
  solve::History history;
  solve::Observer* const observers[] = {&history};
  const auto outcome = solve::fit_weights<Real>(a, grid, factors, settings, observers, times);

  auto info = describe_result(task, input, a.summary, outcome);
  info.loss_value =
      timed(times, Phase::objective, [&] { return loss_of(a, grid, factors, task.solver); });
  info.loss_per_entry = info.loss_value / a.summary.total_weight;
  info.relative_error = relative_error(info.loss_value, a.summary, task.solver);
  info.history = history.records();
  info.phases = phase_costs(times, world);
  info.process_grid = grid.shape().to_string();
  products::restore_order(factors.w, a.row_order, world);
  products::restore_order(factors.h, a.column_order, world);
  info.seconds = program.seconds();
  io::write_factor_file(options.output, factors, info, task.names, world);
  log::info(fmt::format(
      "wrote {} (weights of {} rows for {} components, {})", options.output, info.rows, info.rank,
      task.solver.is_frobenius() ? fmt::format("relative error {:.6g}", info.relative_error)
                                 : fmt::format("loss {:.8g}", info.loss_value)));
}

}  // namespace

void transform(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const Timer program;
  const auto options = parse_command<TransformOptions>(arguments, world);
  if (!options) {
    return;
  }
  Task task{*options, {}, {}, {}};
  const int threads = set_threads(options->run.threads, world);
  require_writable(options->output, world);
  task.model = io::read_model_info(options->model, world);
  task.model.threads = threads;
  task.solver = mpi::agree(world, [&] { return solver_of(*options, task.model); });
  const bool whole_rows = works_on_whole_rows(task.solver, options->observation, {});
  const io::MatrixInput input(spread_evenly(options->input, whole_rows), world);
  require_columns_fit(input.description(), options->model, task.model);
  task.names = match_names(input, options->model, world);
  warn_of_other_scale(task.model, options->input.scale);
  const auto grid = make_problem_grid(options->run.grid, input.description(), whole_rows, world);
  with_precision(task.model.precision,
                 [&](auto real) { run<decltype(real)>(task, input, grid, program); });
}

}  // namespace tessera::app
