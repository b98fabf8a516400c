#include "tessera/app/label_agreement.hpp"

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/factor_scan.hpp"
#include "tessera/app/session.hpp"
#include "tessera/config/range_text.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/labels.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera::app {
namespace {

/// The labels in INPUT of the rows that are selected there.
io::Labels read_labels_of_input(const EvaluateOptions& options, const mpi::Communicator& world) {
  InputOptions whole = options.input;
  whole.rows.clear();
  const Index all = io::MatrixInput(whole, world).description().rows;
  const Range rows =
      mpi::agree(world, [&] { return config::parse_range(options.input.rows, all); });
  return io::read_stored_labels(options.input.path, options.labels, all, rows, world);
}

io::Labels read_labels(const EvaluateOptions& options, const mpi::Communicator& world) {
  if (options.labels_are_in_input()) {
    return read_labels_of_input(options, world);
  }
  return options.label_column.empty()
             ? io::read_label_lines(options.labels, world)
             : io::read_label_column(options.labels, options.label_column, world);
}

/// On process 0, which has the labels.
void require_one_label_per_row(const EvaluateOptions& options, const io::Labels& labels,
                               const io::ModelInfo& model) {
  const Index found = std::ssize(labels.of_row);
  if (found == model.rows) {
    return;
  }
  const bool may_have_header = found == model.rows + 1 && options.label_column.empty();
  throw InputError(fmt::format("'{}' holds {} labels, but '{}' has {} rows{}", options.labels,
                               found, options.model, model.rows,
                               may_have_header
                                   ? ". If the first line is a header, give --label-column NAME"
                                   : ": there must be one for each"));
}

/// The strongest component of each row of a piece of W, and how many rows have no weight at all.
struct Clusters {
  std::vector<int> of_row;
  Index rows_without_weight = 0;
};

/// @param scale what the columns of W are multiplied by before they are compared
void add_strongest_components(ConstMatrixView<double> w, const std::vector<double>& scale,
                              Clusters& clusters) {
  std::vector<double> weights(scale.size());
  for (Index row = 0; row < w.rows(); ++row) {
    std::transform(scale.begin(), scale.end(), w.row(row), weights.begin(), std::multiplies<>());
    const auto strongest = std::ranges::max_element(weights);
    clusters.of_row.push_back(static_cast<int>(strongest - weights.begin()));
    clusters.rows_without_weight += *strongest > 0 ? 0 : 1;
  }
}

/// The clusters of this process's part of an even cut of the rows. Collective.
Clusters find_clusters(const std::string& path, const io::ModelInfo& model,
                       const mpi::Communicator& world) {
  report::FactorDigest h(model.rank);
  scan_even_part(
      Side::h, path, model, [&](const Factor<double>& piece) { h.add(piece.piece.view()); }, world);
  h.combine(world);
  const auto scale = canonical_scale(model, h.sums());
  Clusters clusters;
  scan_even_part(
      Side::w, path, model,
      [&](const Factor<double>& piece) {
        add_strongest_components(piece.piece.view(), scale, clusters);
      },
      world);
  return clusters;
}

/// The pieces of an even cut of `total` numbers, on process 0. Collective.
std::vector<int> gather_on_root(const std::vector<int>& piece, Index total,
                                const mpi::Communicator& world) {
  const bool is_root = world.rank() == 0;
  const auto cut = Partition::even(total, world.size());
  std::vector<Index> sends(static_cast<std::size_t>(world.size()));
  std::vector<Index> receives(sends.size());
  sends.front() = std::ssize(piece);
  for (int process = 0; is_root && process < world.size(); ++process) {
    receives[static_cast<std::size_t>(process)] = cut.part(process).size();
  }
  std::vector<int> all(is_root ? static_cast<std::size_t>(total) : 0);
  world.all_to_all(std::span(piece), sends, std::span(all), receives);
  return all;
}

}  // namespace

report::LabelEvaluation evaluate_labels(const EvaluateOptions& options, const io::ModelInfo& model,
                                        const mpi::Communicator& world) {
  const auto labels = read_labels(options, world);
  mpi::on_root(world, [&] { require_one_label_per_row(options, labels, model); });
  const auto clusters = find_clusters(options.model, model, world);
  const Index without_weight = world.sum(clusters.rows_without_weight);
  if (without_weight > 0) {
    log::warning(fmt::format("{} of {} rows have no weight: they count for component 0",
                             without_weight, model.rows));
  }
  const auto cluster_of_row = gather_on_root(clusters.of_row, model.rows, world);
  report::LabelEvaluation evaluation;
  mpi::on_root(world, [&] {
    evaluation = {
        options.labels,
        report::compare(cluster_of_row, labels.of_row, model.rank, std::ssize(labels.names)),
        labels.names};
  });
  return evaluation;
}

}  // namespace tessera::app
