#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/label_agreement.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/matching_names.hpp"
#include "tessera/app/problem.hpp"
#include "tessera/app/ranking.hpp"
#include "tessera/app/session.hpp"
#include "tessera/app/stored_factors.hpp"
#include "tessera/config/options.hpp"
#include "tessera/config/range_text.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/products/residual.hpp"
#include "tessera/products/score.hpp"
#include "tessera/report/evaluation.hpp"

namespace tessera::app {
namespace {

void require_shape_fits(const io::MatrixDescription& about, const std::string& path,
                        const io::ModelInfo& model) {
  if (about.rows != model.rows || about.columns != model.columns) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("'{}' is {}x{}, but '{}' describes a {}x{} matrix. Select the same part with "
                    "--rows and --columns, see whether --transpose is wanted, or find the weights "
                    "of other rows with tessera transform first",
                    about.path, about.rows, about.columns, path, model.rows, model.columns));
  }
}

/// Rows and columns of the same names, as far as both files name them. Collective.
void require_names_fit(const io::MatrixInput& input, const std::string& model,
                       const mpi::Communicator& world) {
  const auto names = input.read_names(world);
  const auto stored = io::read_model_names(model, world);
  mpi::on_root(world, [&] {
    require_same_names("row", names.rows, stored.rows, model);
    require_same_names("column", names.columns, stored.columns, model);
  });
}

/// The entries to score: --entries is a mask like any other.
ObservationOptions scored_entries(const EvaluateOptions& options) {
  ObservationOptions observation = options.observation;
  if (!options.entries.empty()) {
    observation.mask = options.entries;
  }
  return observation;
}

template <class Real>
void require_clip_possible(const DataMatrix<Real>& a, const Clip& clip, const std::string& path) {
  if (clip.is_set() && !products::is_scored_by_entry(a)) {
    throw mpi::AgreedError(
        ExitCode::usage,
        fmt::format("--clip needs every prediction by itself, and the zeros of '{}' are too many. "
                    "Give --missing zeros, --entries, or --storage dense",
                    path));
  }
}

template <class Real>
void measure(const EvaluateOptions& options, const io::MatrixInput& input,
             const io::ModelInfo& model, const mpi::ProcessGrid& grid,
             report::Evaluation& evaluation) {
  const auto a = read_problem<Real>(input, options.input, scored_entries(options), {}, grid);
  const Clip clip = config::parse_clip(options.clip);
  require_clip_possible(a, clip, options.input.path);
  const auto factors = read_model(options.model, model, a, grid);
  const auto score =
      products::score(a, grid, factors, {clip, kernels::prediction_floor(a.summary.mean)});
  evaluation.relative_error =
      std::sqrt(products::squared_residual(a, grid, factors) / a.summary.squared_norm);
  evaluation.entries = score.entries;
  evaluation.rmse = score.rmse;
  evaluation.mae = score.mae;
  evaluation.kl = score.kl;
  if (options.ranking.at > 0) {
    evaluation.ranking =
        measure_ranking<Real>(options, scored_entries(options), model, grid.comm());
  }
}

/// How well W·H describes INPUT. Collective.
void evaluate_matrix(const EvaluateOptions& options, const io::ModelInfo& model,
                     const mpi::Communicator& world, report::Evaluation& evaluation) {
  const io::MatrixInput input(options.input, world);
  const auto& about = input.description();
  require_shape_fits(about, options.model, model);
  require_names_fit(input, options.model, world);
  warn_of_other_scale(model, options.input.scale);
  const auto grid = make_grid(options.run.grid, about.rows, about.columns, world);
  evaluation.input = about.path;
  with_precision(model.precision, [&](auto real) {
    measure<decltype(real)>(options, input, model, grid, evaluation);
  });
}

}  // namespace

void evaluate(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<EvaluateOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  if (!options->run.report.empty()) {
    require_writable(options->run.report, world);
  }
  const auto model = io::read_model_info(options->model, world);
  report::Evaluation evaluation;
  evaluation.version = TESSERA_VERSION;
  evaluation.model = options->model;
  evaluation.rows = model.rows;
  evaluation.columns = model.columns;
  evaluation.rank = model.rank;
  evaluation.configuration = config::effective_configuration(*options);
  if (!options->labels.empty()) {
    evaluation.labels = evaluate_labels(*options, model, world);
  }
  if (!options->input.path.empty()) {
    evaluate_matrix(*options, model, world, evaluation);
  }
  // Only process 0 has what there is to tell.
  mpi::on_root(world, [&] {
    print_as_is(log::escape(report::evaluation_text(evaluation)));
    if (!options->run.report.empty()) {
      io::write_file_atomically(options->run.report, report::evaluation_json(evaluation));
    }
  });
}

}  // namespace tessera::app
