#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/memory.hpp"
#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/init/truncated_svd.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/report/spectrum_report.hpp"

namespace tessera::app {
namespace {

init::SpectrumSettings make_settings(const SpectrumOptions& options,
                                     const io::MatrixDescription& about) {
  init::SpectrumSettings settings;
  settings.count = std::min({options.count, about.rows, about.columns});
  settings.seed = options.seed;
  settings.tolerance = options.tolerance;
  if (settings.count < options.count) {
    log::info(fmt::format("'{}' is {}x{} and has {} singular values: --count {} finds them all",
                          about.path, about.rows, about.columns, settings.count, options.count));
  }
  return settings;
}

report::SpectrumReport make_report(const SpectrumOptions& options,
                                   const io::MatrixDescription& about, const MatrixSummary& summary,
                                   init::Spectrum spectrum) {
  report::SpectrumReport report;
  report.version = TESSERA_VERSION;
  report.input = about.path;
  report.rows = about.rows;
  report.columns = about.columns;
  report.norm = std::sqrt(summary.squared_norm);
  report.values = std::move(spectrum.values);
  report.iterations = spectrum.iterations;
  report.converged = spectrum.converged;
  report.configuration = config::effective_configuration(options);
  return report;
}

}  // namespace

void spectrum(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<SpectrumOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  if (!options->run.report.empty()) {
    require_writable(options->run.report, world);
  }
  const io::MatrixInput input(options->input, world);
  const auto& about = input.description();
  const auto grid = make_grid(options->run.grid, about.rows, about.columns, world);
  const auto settings = make_settings(*options, about);
  auto a = read_scaled<double>(input, options->input.scale, grid);
  raise_to_floor(a, options->input.floor, input.description(), grid);
  a.imply_ones();
  require_memory_for_factors(a, grid, settings.count, about.path);
  const auto report =
      make_report(*options, about, a.summary, init::leading_singular_values(a, grid, settings));
  if (!report.converged) {
    log::warning(
        fmt::format("not converged: after {} iterations values still change by more than {:.1e}. "
                    "Accept a larger --tolerance, or take a larger --count, whose first values "
                    "settle sooner",
                    report.iterations, settings.tolerance));
  }
  print(report::spectrum_text(report), world);
  if (!options->run.report.empty()) {
    mpi::on_root(world, [&] {
      const std::string text = report::spectrum_json(report);
      io::write_file_atomically(options->run.report, std::as_bytes(std::span(text)));
    });
  }
}

}  // namespace tessera::app
