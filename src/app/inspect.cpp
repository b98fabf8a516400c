#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/io/matrix_input.hpp"
#include "tessera/products/nonzeros.hpp"

namespace tessera::app {
namespace {

std::string line(std::string_view name, const std::string& value) {
  return fmt::format("{:<16} {}\n", name, log::escape_line(value));
}

std::string describe(const io::ModelInfo& info) {
  std::string text = line("kind", "Tessera result, version " + info.version);
  text += line("W", fmt::format("{} x {} ({})", info.rows, info.rank, name_of(info.precision)));
  text +=
      line("H", fmt::format("{} x {}, normalized {}", info.rank, info.columns, info.normalization));
  text += line("input", info.input);
  text += line("fingerprint", fmt::format("{:016x}", info.input_fingerprint));
  text += line("algorithm",
               fmt::format("{}, loss {}{}, seed {}", info.algorithm, info.loss,
                           info.loss == name_of(Loss::beta) ? fmt::format(" {}", info.beta) : "",
                           info.seed));
  text += std::isfinite(info.relative_error)
              ? line("relative error", fmt::format("{:.6g}", info.relative_error))
              : line("loss", fmt::format("{:.10g}, {:.6g} per entry", info.loss_value,
                                         info.loss_per_entry));
  text += line("stopped", fmt::format("{} after {} iterations, {:.3g} s", info.stop_reason,
                                      info.iterations, info.seconds));
  if (info.dead_components > 0) {
    text += line("dead components", fmt::format("the last {}", info.dead_components));
  }
  text += line("made on", fmt::format("grid {}, {} threads each, {}", info.process_grid,
                                      info.threads, info.instruction_set));
  return text + "\nconfiguration\n" + info.configuration;
}

/// How many, and the first of them: by name where the file has names, else by index from 0.
std::string describe(const products::EmptyLines& lines, const std::vector<std::string>& names) {
  std::string text = std::to_string(lines.count);
  std::string_view separator = ": ";
  for (const Index line : lines.first) {
    text += separator;
    text += names.empty() ? std::to_string(line)
                          : fmt::format("\"{}\"", names[static_cast<std::size_t>(line)]);
    separator = ", ";
  }
  const Index unnamed = lines.count - std::ssize(lines.first);
  return text + (unnamed > 0 ? fmt::format(" and {} more", unnamed) : "");
}

/// The lines about rows and columns of zeros. Collective.
std::string describe_empty(const io::MatrixInput& input, const DataMatrix<double>& a,
                           const mpi::ProcessGrid& grid) {
  constexpr Index kMostNamed = 10;
  const auto rows = products::find_empty_rows(a, kMostNamed, grid);
  const auto columns = products::find_empty_columns(a, kMostNamed, grid);
  io::MatrixNames names;
  if (rows.count + columns.count > 0) {
    names = input.read_names(grid.comm());
  }
  return line("empty rows", describe(rows, names.rows)) +
         line("empty columns", describe(columns, names.columns));
}

std::string describe(const io::MatrixDescription& about, const MatrixSummary& summary,
                     const std::string& empty_lines) {
  const double entries = static_cast<double>(about.rows) * static_cast<double>(about.columns);
  std::string text = line("kind", about.format + " matrix");
  if (!about.dataset.empty()) {
    text += line("dataset", about.dataset);
  }
  text += line("shape", fmt::format("{} x {}", about.rows, about.columns));
  text += line("type", fmt::format("{}, {}", about.value_type, about.storage));
  if (!about.image_shape.empty()) {
    text += line("rows are images", about.image_shape);
  }
  text += line("non-zeros", fmt::format("{} ({:.2f} %)", summary.nonzeros,
                                        100.0 * static_cast<double>(summary.nonzeros) / entries));
  text += empty_lines;
  text += line("range", fmt::format("{:.6g} to {:.6g}", summary.minimum, summary.maximum));
  text += line("mean", fmt::format("{:.6g}", summary.mean));
  text += line("norm", fmt::format("{:.6g}", std::sqrt(summary.squared_norm)));
  text += line("NaN or infinite", fmt::format("{}", summary.not_finite));
  text += line("negative", fmt::format("{}", summary.negative));
  text += line("fingerprint", fmt::format("{:016x}", summary.fingerprint));
  if (summary.negative + summary.not_finite > 0) {
    text += "This matrix cannot be factorized: all entries must be finite and >= 0.\n";
  }
  return text;
}

}  // namespace

void inspect(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<InspectOptions>(arguments, world);
  if (!options) {
    return;
  }
  if (io::is_factor_file(options->input.path, world)) {
    print(describe(io::read_model_info(options->input.path, world)), world);
    return;
  }
  set_threads(options->run.threads, world);
  const io::MatrixInput input(options->input, world);
  const auto& about = input.description();
  const auto grid = make_grid(options->run.grid, about.rows, about.columns, world);
  // In double, so that the numbers are those of the file.
  const auto a = input.read<double>(grid);
  print(describe(about, a.summary, describe_empty(input, a, grid)), world);
}

}  // namespace tessera::app
