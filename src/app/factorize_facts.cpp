#include "tessera/app/factorize_facts.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tessera/app/machine.hpp"
#include "tessera/app/measure.hpp"
#include "tessera/report/statistics.hpp"

namespace tessera::app {
namespace {

/// Both products with the entries that are passed over, and a gram and an update of either factor.
/// A multiplicative step for another loss also predicts every entry, and may sum denominators.
double flops_per_iteration(const FactorizeFacts& facts) {
  const SolverOptions& solver = facts.options.solver;
  const auto m = static_cast<double>(facts.input.rows);
  const auto n = static_cast<double>(facts.input.columns);
  const auto k = static_cast<double>(solver.rank);
  const auto stored = static_cast<double>(facts.matrix.stored_entries);
  if (solver.is_frobenius()) {
    return 4.0 * stored * k + 4.0 * (m + n) * k * k;
  }
  return solver.divergence() == 1 ? 8.0 * stored * k : 12.0 * m * n * k;
}

void add_rule_warnings(const char* factor, const update::Diagnostics& diagnostics,
                       std::vector<std::string>& texts) {
  if (diagnostics.ridge_updates > 0) {
    texts.push_back(
        fmt::format("{} updates of {} met a singular gram matrix and used a ridge of up to "
                    "{:.1e} times its diagonal",
                    diagnostics.ridge_updates, factor, diagnostics.largest_ridge));
  }
  if (diagnostics.fallback_rows > 0) {
    texts.push_back(
        fmt::format("block pivoting did not end for {} row solutions of {}; the slower "
                    "active-set method found them. Components that nearly repeat each other "
                    "cause this: try a smaller --rank",
                    diagnostics.fallback_rows, factor));
  }
  if (diagnostics.unfinished_rows > 0) {
    texts.push_back(
        fmt::format("{} row solutions of {} ended short of their optimum because of rounding. "
                    "Components that nearly repeat each other cause this: try a smaller --rank",
                    diagnostics.unfinished_rows, factor));
  }
}

}  // namespace

double FactorizeFacts::relative_error() const {
  return app::relative_error(loss, matrix, options.solver);
}

double FactorizeFacts::loss_per_entry() const { return loss / matrix.total_weight; }

std::vector<std::string> FactorizeFacts::warnings() const {
  std::vector<std::string> texts;
  const solve::Outcome& outcome = run.outcome;
  const bool wanted_convergence = options.stopping.tolerance > 0 ||
                                  options.stopping.target_error > 0 ||
                                  options.stopping.kkt_tolerance > 0;
  if (wanted_convergence && !is_converged(outcome.reason)) {
    texts.push_back(
        fmt::format("not converged: {} ended the run after {} iterations. Raise it, "
                    "or accept a larger --tolerance",
                    describe(outcome.reason), outcome.iterations));
  }
  if (dead_components > 0) {
    texts.push_back(
        fmt::format("{} of {} components died and are zero; they stand last. Try "
                    "another --seed or a smaller --rank",
                    dead_components, options.solver.rank));
  }
  add_rule_warnings("W", outcome.effort.w, texts);
  add_rule_warnings("H", outcome.effort.h, texts);
  return texts;
}

io::ModelInfo make_model_info(const FactorizeFacts& facts, const Timer& program) {
  io::ModelInfo info;
  info.rows = facts.input.rows;
  info.columns = facts.input.columns;
  info.rank = facts.options.solver.rank;
  info.precision = facts.options.run.precision;
  info.input = facts.input.path + ":" + facts.input.dataset;
  info.input_fingerprint = facts.matrix.fingerprint;
  info.input_norm = std::sqrt(facts.matrix.squared_norm);
  info.algorithm = name_of(facts.options.solver.chosen_algorithm());
  info.normalization = name_of(facts.options.effective_normalization());
  info.loss = name_of(facts.options.solver.loss);
  info.beta = facts.options.solver.divergence();
  info.loss_value = facts.loss;
  info.loss_per_entry = facts.loss_per_entry();
  info.relative_error = facts.relative_error();
  if (facts.held_out) {
    info.held_out_entries = static_cast<std::int64_t>(facts.held_out->entries);
    info.held_out_rmse = facts.held_out->rmse;
  }
  info.iterations = facts.run.outcome.iterations;
  info.stop_reason = describe(facts.run.outcome.reason);
  info.seed = facts.seed;
  info.dead_components = facts.dead_components;
  info.process_grid = facts.grid.to_string();
  info.threads = facts.threads;
  info.instruction_set = instruction_set();
  info.version = TESSERA_VERSION;
  info.seconds = program.seconds();
  info.image_shape = facts.input.image_shape;
  info.configuration = facts.configuration;
  info.history = facts.run.history;
  info.phases = facts.phases;
  return info;
}

report::RunReport make_run_report(const FactorizeFacts& facts, const Timer& program,
                                  const PhaseTimes& times, const mpi::Communicator& world) {
  const auto& input = facts.input;
  const auto& solver = facts.options.solver;
  report::RunReport report;
  report.command = "factorize";
  report.version = TESSERA_VERSION;
  report.input = {input.path,    input.dataset,         input.value_type,     input.rows,
                  input.columns, facts.matrix.nonzeros, facts.matrix.minimum, facts.matrix.maximum,
                  facts.sparse,  facts.matrix.imbalance};
  report.method = {
      solver.rank,       loss_text(solver), std::string(name_of(solver.chosen_algorithm())),
      init_text(solver), facts.seed,        facts.options.run.precision};
  report.machine = {world.size(), facts.grid, count_nodes(world), facts.threads, instruction_set()};
  auto& outcome = report.outcome;
  outcome.relative_error = facts.relative_error();
  outcome.loss = facts.loss + facts.penalty;
  outcome.loss_per_entry = facts.loss_per_entry();
  outcome.penalty = facts.penalty;
  if (!std::isnan(facts.run.outcome.returned.kkt_residual)) {
    outcome.kkt_residual = facts.run.outcome.returned.kkt_residual;
  }
  outcome.iterations = facts.run.outcome.iterations;
  outcome.stop_reason = describe(facts.run.outcome.reason);
  outcome.converged = is_converged(facts.run.outcome.reason);
  outcome.dead_components.resize(static_cast<std::size_t>(facts.dead_components));
  std::iota(outcome.dead_components.begin(), outcome.dead_components.end(),
            solver.rank - facts.dead_components);
  outcome.output = facts.options.output;
  if (facts.held_out) {
    outcome.held_out = {facts.held_out->entries, facts.held_out->rmse, facts.held_out->mae,
                        facts.held_out->kl};
  }
  auto& cost = report.cost;
  cost.loop_seconds = facts.run.seconds;
  cost.loop_iterations = facts.run.outcome.iterations - facts.run.outcome.iterations_before;
  const auto& effort = facts.run.outcome.effort;
  cost.predicted_payload = {effort.predicted_bytes_per_iteration, effort.predicted_bytes};
  cost.phases = report::gather(times, world);
  cost.loop_traffic = report::gather(facts.run.outcome.loop_traffic, world);
  cost.flops_per_iteration = flops_per_iteration(facts);
  cost.peak_memory_bytes = report::gather_peak_memory(world);
  cost.predicted_memory_bytes = static_cast<double>(world.max(facts.predicted_memory));
  cost.checkpoints = facts.checkpoints;
  cost.seconds = program.seconds();
  report.warnings = facts.warnings();
  report.history = facts.run.history;
  report.configuration = facts.configuration;
  return report;
}

}  // namespace tessera::app
