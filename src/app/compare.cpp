#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/measure.hpp"
#include "tessera/app/memory.hpp"
#include "tessera/app/problem.hpp"
#include "tessera/app/row_graph.hpp"
#include "tessera/app/session.hpp"
#include "tessera/app/start.hpp"
#include "tessera/config/methods.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/report/comparison.hpp"
#include "tessera/solve/alternate.hpp"
#include "tessera/solve/kkt.hpp"

namespace tessera::app {
namespace {

/// One algorithm from the common start.
template <class Real>
report::Contender contend(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                          FactorPair<Real> factors, const config::Method& method,
                          const StoppingOptions& stopping, const report::Comparison& comparison) {
  solve::History history;
  solve::Observer* const observers[] = {&history};
  PhaseTimes times;
  const solve::Settings settings{method.solver, stopping};
  const auto outcome = solve::alternate<Real>(a, grid, factors, settings, observers, times);

  report::Contender contender;
  contender.name = method.name;
  contender.history = history.records();
  contender.seconds = contender.history.empty() ? 0.0 : contender.history.back().seconds;
  contender.stop_reason = describe(outcome.reason);
  const double loss = loss_of(a, grid, factors, method.solver);
  const bool has_kkt = method.solver.is_frobenius() && !a.observed_only;
  contender.error = method.solver.is_frobenius() ? relative_error(loss, a.summary, method.solver)
                                                 : loss / comparison.counted_entries;
  contender.kkt_residual = has_kkt ? solve::kkt_residual(a, grid, factors, settings)
                                   : std::numeric_limits<double>::quiet_NaN();
  log::info(fmt::format("{}: {} {:.6f} after {} iterations, {:.2f} s", contender.name,
                        comparison.error_name, contender.error, contender.history.size(),
                        contender.seconds));
  return contender;
}

template <class Real>
void run(const CompareOptions& options, const io::MatrixInput& input, report::Comparison comparison,
         const mpi::ProcessGrid& grid) {
  const auto& world = grid.comm();
  auto a = read_problem<Real>(input, options.input, options.observation, {}, grid);
  attach_row_graph(a, options.solver, options.input, grid);
  if (!works_on_whole_rows(options.solver, options.observation, {})) {
    add_transposed_panels(a, options.run.memory, options.solver,
                          !options.observation.weights.empty(), world);
  }
  require_loss_finite(a.summary, options.solver, options.run.precision, input.description());
  comparison.counted_entries = a.summary.total_weight;
  if (!options.solver.is_frobenius()) {
    comparison.error_name = "loss per entry";
  }
  require_memory_for_factors(a, grid, options.solver.rank, input.description().path);
  const auto start = Starts<Real>(a, grid, options.solver).make(options.solver.seed);
  for (const std::string& reason : config::left_out(options)) {
    log::info("left out: " + reason);
  }
  for (const auto& method : config::methods(options)) {
    comparison.contenders.push_back(
        contend<Real>(a, grid, start, method, options.stopping, comparison));
  }
  print(report::comparison_text(comparison), world);
  mpi::on_root(world, [&] {
    if (!options.run.report.empty()) {
      io::write_file_atomically(options.run.report, report::comparison_json(comparison));
    }
    if (!options.picture.empty()) {
      io::write_file_atomically(options.picture, report::comparison_svg(comparison));
    }
  });
}

}  // namespace

void compare(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<CompareOptions>(arguments, world);
  if (!options) {
    return;
  }
  const int threads = set_threads(options->run.threads, world);
  for (const std::string& path : {options->run.report, options->picture}) {
    if (!path.empty()) {
      require_writable(path, world);
    }
  }
  const bool whole_rows = works_on_whole_rows(options->solver, options->observation, {});
  const io::MatrixInput input(spread_evenly(options->input, whole_rows), world);
  const auto& about = input.description();
  require_rank_fits(options->solver.rank, about);
  const auto grid = make_problem_grid(grid_setting(options->run, options->solver, world), about,
                                      whole_rows, world);
  report::Comparison comparison{
      TESSERA_VERSION,
      about.path,
      about.rows,
      about.columns,
      options->solver.rank,
      fmt::format("{}, seed {}", init_text(options->solver), options->solver.seed),
      world.size(),
      threads,
      {},
      config::effective_configuration(*options)};
  with_precision(options->run.precision, [&](auto real) {
    run<decltype(real)>(*options, input, std::move(comparison), grid);
  });
}

}  // namespace tessera::app
