#include "tessera/report/clustering.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera::report {
namespace {

/// The pairs of a cluster and a label that occur, and how often each side does.
struct Contingency {
  std::vector<Overlap> overlaps;  ///< by cluster, then label
  std::vector<Index> clusters;    ///< rows of each
  std::vector<Index> labels;
  double rows = 0;
};

Contingency tabulate(std::span<const int> cluster_of_row, std::span<const int> label_of_row,
                     Index clusters, Index labels) {
  Contingency table{{},
                    std::vector<Index>(static_cast<std::size_t>(clusters)),
                    std::vector<Index>(static_cast<std::size_t>(labels)),
                    static_cast<double>(cluster_of_row.size())};
  std::unordered_map<Index, Index> rows_of_pair;
  for (std::size_t row = 0; row < cluster_of_row.size(); ++row) {
    const Index cluster = cluster_of_row[row];
    const Index label = label_of_row[row];
    ++rows_of_pair[cluster * labels + label];
    ++table.clusters[static_cast<std::size_t>(cluster)];
    ++table.labels[static_cast<std::size_t>(label)];
  }
  for (const auto& [pair, rows] : rows_of_pair) {
    table.overlaps.push_back({pair / labels, pair % labels, rows});
  }
  // Sums and ties then do not depend on the hash.
  std::ranges::sort(table.overlaps, [](const Overlap& left, const Overlap& right) {
    return std::pair(left.cluster, left.label) < std::pair(right.cluster, right.label);
  });
  return table;
}

double entropy(const std::vector<Index>& counts, double rows) {
  double sum = 0;
  for (const Index count : counts) {
    const double share = static_cast<double>(count) / rows;
    sum -= count > 0 ? share * std::log(share) : 0;
  }
  return sum;
}

double normalized_mutual_information(const Contingency& table) {
  const double mean = (entropy(table.clusters, table.rows) + entropy(table.labels, table.rows)) / 2;
  if (mean == 0) {
    return 1;  // one cluster, one label: they agree
  }
  double information = 0;
  for (const Overlap& overlap : table.overlaps) {
    const auto both = static_cast<double>(overlap.rows);
    const auto cluster =
        static_cast<double>(table.clusters[static_cast<std::size_t>(overlap.cluster)]);
    const auto label = static_cast<double>(table.labels[static_cast<std::size_t>(overlap.label)]);
    information += both / table.rows * std::log(both * table.rows / (cluster * label));
  }
  return std::clamp(information / mean, 0.0, 1.0);  // but for rounding it is
}

double pairs_of(Index count) {
  return static_cast<double>(count) * (static_cast<double>(count) - 1) / 2;
}

double adjusted_rand_index(const Contingency& table) {
  double together = 0;
  double in_clusters = 0;
  double in_labels = 0;
  for (const Overlap& overlap : table.overlaps) {
    together += pairs_of(overlap.rows);
  }
  for (const Index count : table.clusters) {
    in_clusters += pairs_of(count);
  }
  for (const Index count : table.labels) {
    in_labels += pairs_of(count);
  }
  const double all = table.rows * (table.rows - 1) / 2;
  const double expected = all > 0 ? in_clusters * in_labels / all : 0;
  const double most = (in_clusters + in_labels) / 2;
  // Equal where both sides are one group, or put every row into one of its own: they agree.
  return most == expected ? 1 : (together - expected) / (most - expected);
}

double purity(const Contingency& table) {
  std::vector<Index> most(table.clusters.size());
  for (const Overlap& overlap : table.overlaps) {
    Index& best = most[static_cast<std::size_t>(overlap.cluster)];
    best = std::max(best, overlap.rows);
  }
  double sum = 0;
  for (const Index rows : most) {
    sum += static_cast<double>(rows);
  }
  return sum / table.rows;
}

Index count_used(const std::vector<Index>& counts) {
  return std::ranges::count_if(counts, [](Index count) { return count > 0; });
}

}  // namespace

Agreement compare(std::span<const int> cluster_of_row, std::span<const int> label_of_row,
                  Index clusters, Index labels) {
  if (cluster_of_row.size() != label_of_row.size() || cluster_of_row.empty()) {
    throw ShapeError(fmt::format("{} rows have a cluster, {} a label", cluster_of_row.size(),
                                 label_of_row.size()));
  }
  const auto table = tabulate(cluster_of_row, label_of_row, clusters, labels);
  Agreement agreement;
  agreement.clusters = count_used(table.clusters);
  agreement.labels = count_used(table.labels);
  agreement.nmi = normalized_mutual_information(table);
  agreement.purity = purity(table);
  agreement.ari = adjusted_rand_index(table);
  agreement.matching = best_assignment(table.overlaps, clusters, labels);
  double matched = 0;
  for (const Overlap& overlap : agreement.matching) {
    matched += static_cast<double>(overlap.rows);
  }
  agreement.accuracy = matched / table.rows;
  return agreement;
}

}  // namespace tessera::report
