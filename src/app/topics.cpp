#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "tessera/app/canonical_factors.hpp"
#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/matching_names.hpp"
#include "tessera/app/model_columns.hpp"
#include "tessera/app/session.hpp"
#include "tessera/config/topics_options.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/mpi/available_memory.hpp"
#include "tessera/products/cooccurrence.hpp"
#include "tessera/products/largest.hpp"
#include "tessera/report/topics_report.hpp"

namespace tessera::app {
namespace {

using Ranking = std::vector<std::vector<products::RankedEntry>>;

/// The part of each column of W in the sum of W. Zeros if W is zero. Collective.
template <class Real>
std::vector<double> shares(const Factor<Real>& w, const mpi::Communicator& world) {
  std::vector<double> sums(static_cast<std::size_t>(w.rank()));
  for (Index row = 0; row < w.piece.rows(); ++row) {
    for (std::size_t l = 0; l < sums.size(); ++l) {
      sums[l] += static_cast<double>(w.piece(row, static_cast<Index>(l)));
    }
  }
  world.all_reduce_sum(std::span(sums));
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  for (double& sum : sums) {
    sum = total > 0 ? sum / total : 0;
  }
  return sums;
}

/// @param names of all, or none
std::vector<report::NamedWeight> with_names(const std::vector<products::RankedEntry>& entries,
                                            const std::vector<std::string>& names) {
  std::vector<report::NamedWeight> named;
  for (const auto& [row, value] : entries) {
    named.push_back({row, names.empty() ? "" : names[static_cast<std::size_t>(row)], value});
  }
  return named;
}

/// Names are known to process 0 only.
template <class Real>
Ranking describe_topics(const TopicsOptions& options, const io::ModelInfo& info,
                        const io::MatrixNames& names, const mpi::Communicator& world,
                        report::TopicsReport& report) {
  const auto factors = read_canonical_factors<Real>(options.model, info, world);
  const Ranking columns = products::largest_of_columns(factors.h, options.top, world);
  const Ranking rows = products::largest_of_columns(factors.w, options.documents, world);
  const auto share = shares(factors.w, world);
  mpi::on_root(world, [&] {
    for (std::size_t l = 0; l < columns.size(); ++l) {
      report.topics.push_back({share[l], std::nullopt, with_names(columns[l], names.columns),
                               with_names(rows[l], names.rows)});
    }
  });
  return columns;
}

/// Refuses a matrix with other columns than the result has. Collective.
void require_columns_of(const io::MatrixInput& input, const TopicsOptions& options,
                        const io::ModelInfo& info, const io::MatrixNames& names,
                        const mpi::Communicator& world) {
  require_columns_fit(input.description(), options.model, info);
  const auto found = input.read_names(world);
  mpi::on_root(world,
               [&] { require_same_names("column", found.columns, names.columns, options.model); });
}

/// Counts in which rows of the matrix the strongest columns occur together. Collective.
void add_coherence(const io::MatrixInput& input, const Ranking& columns,
                   const mpi::Communicator& world, report::TopicsReport& report) {
  std::vector<std::vector<Index>> lists;
  double pairs = 0;
  for (const auto& topic : columns) {
    auto& list = lists.emplace_back();
    for (const auto& entry : topic) {
      list.push_back(entry.row);
    }
    pairs += static_cast<double>(list.size() * list.size());
  }
  mpi::require_memory("counting pairs of columns (--top)", 2 * pairs * sizeof(Index), world);

  const mpi::ProcessGrid rows_only(world, {world.size(), 1});
  const auto a = read_scaled<float>(input, Scaling::none, rows_only);  // zeros stay zeros
  const auto counts = products::count_cooccurrences(a, lists, rows_only);
  mpi::on_root(world, [&] {
    for (std::size_t l = 0; l < counts.size(); ++l) {
      report.topics[l].coherence = report::coherence(counts[l].view(), a.m());
    }
  });
}

void show(const TopicsOptions& options, const report::TopicsReport& report) {
  if (!options.output.empty()) {
    const bool is_table = std::filesystem::path(options.output).extension() == ".csv";
    io::write_file_atomically(options.output,
                              is_table ? report::topics_csv(report) : report::topics_json(report));
    log::info(fmt::format("wrote {}", options.output));
  }
  if (!options.run.quiet) {
    print_as_is(report::topics_text(report, report::detect_terminal(STDOUT_FILENO)));
  }
}

}  // namespace

void topics(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<TopicsOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  if (!options->output.empty()) {
    require_writable(options->output, world);
  }
  const auto info = io::read_model_info(options->model, world);
  const auto names = io::read_model_names(options->model, world);
  std::optional<io::MatrixInput> input;
  if (!options->input.path.empty()) {
    input.emplace(options->input, world);
    require_columns_of(*input, *options, info, names, world);
  }

  report::TopicsReport report;
  report.version = TESSERA_VERSION;
  report.model = options->model;
  report.input = options->input.path;
  report.rows = info.rows;
  report.columns = info.columns;
  report.configuration = config::effective_configuration(*options);
  const Ranking columns = with_precision(info.precision, [&](auto real) {
    return describe_topics<decltype(real)>(*options, info, names, world, report);
  });
  if (input) {
    add_coherence(*input, columns, world, report);
  }
  mpi::on_root(world, [&] { show(*options, report); });
}

}  // namespace tessera::app
