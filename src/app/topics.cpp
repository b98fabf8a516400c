#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "tessera/app/command.hpp"
#include "tessera/app/factor_scan.hpp"
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
#include "tessera/report/factor_digest.hpp"
#include "tessera/report/top_entries.hpp"
#include "tessera/report/topics_report.hpp"

namespace tessera::app {
namespace {

/// What passing over a factor tells of its components.
struct FactorFacts {
  std::vector<report::ComponentSums> sums;
  report::TopEntries top;
};

/// @param most entries of each component  Collective.
FactorFacts scan(Side side, Index most, const TopicsOptions& options, const io::ModelInfo& info,
                 const mpi::Communicator& world) {
  report::FactorDigest digest(info.rank);
  report::TopEntries top(info.rank, most);
  scan_even_part(
      side, options.model, info,
      [&](const Factor<double>& piece) {
        digest.add(piece.piece.view());
        top.add(piece.piece.view(), piece.owned.begin);
      },
      world);
  digest.combine(world);
  top.combine(world);
  return {digest.sums(), std::move(top)};
}

/// Entries in canonical form, those of a dead component left out.
/// @param names of all, or none
std::vector<report::NamedWeight> with_names(const std::vector<report::FactorEntry>& entries,
                                            double scale, const std::vector<std::string>& names) {
  std::vector<report::NamedWeight> named;
  for (const auto& [index, weight] : entries) {
    if (scale > 0) {
      named.push_back(
          {index, names.empty() ? "" : names[static_cast<std::size_t>(index)], scale * weight});
    }
  }
  return named;
}

/// Returns the strongest columns; the report, with names, is for process 0 only. Collective.
report::TopEntries describe_topics(const TopicsOptions& options, const io::ModelInfo& info,
                                   const io::MatrixNames& names, const mpi::Communicator& world,
                                   report::TopicsReport& report) {
  auto h = scan(Side::h, std::min(options.top, info.columns), options, info, world);
  const auto w = scan(Side::w, std::min(options.documents, info.rows), options, info, world);
  mpi::on_root(world, [&] {
    const auto shares = report::component_shares(w.sums, h.sums);
    const auto scale = canonical_scale(info, h.sums);
    for (Index l = 0; l < info.rank; ++l) {
      const auto at = static_cast<std::size_t>(l);
      report.topics.push_back({shares[at], std::nullopt,
                               with_names(h.top.of(l), 1 / scale[at], names.columns),
                               with_names(w.top.of(l), scale[at], names.rows)});
    }
  });
  return std::move(h.top);
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
void add_coherence(const io::MatrixInput& input, const report::TopEntries& columns, Index rank,
                   const mpi::Communicator& world, report::TopicsReport& report) {
  std::vector<std::vector<Index>> lists;
  double pairs = 0;
  for (Index l = 0; l < rank; ++l) {
    auto& list = lists.emplace_back();
    for (const auto& entry : columns.of(l)) {
      list.push_back(entry.index);
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
  const auto columns = describe_topics(*options, info, names, world, report);
  if (input) {
    add_coherence(*input, columns, info.rank, world, report);
  }
  mpi::on_root(world, [&] { show(*options, report); });
}

}  // namespace tessera::app
