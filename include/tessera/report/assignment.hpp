#pragma once

#include <span>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::report {

/// So many rows are in this cluster and have this label.
struct Overlap {
  Index cluster = 0;
  Index label = 0;
  Index rows = 0;

  friend bool operator==(const Overlap&, const Overlap&) = default;
};

/// Gives each cluster at most one label and each label at most one cluster, so that the rows in
/// pairs that belong together are as many as possible: the assignment problem, as a flow of least
/// cost (Boost.Graph, successive shortest paths). Pairs without a row are left out.
/// @param overlaps cluster < clusters, label < labels, no pair twice
/// @return the chosen overlaps, by cluster. The time grows with clusters · overlaps.
[[nodiscard]] std::vector<Overlap> best_assignment(std::span<const Overlap> overlaps,
                                                   Index clusters, Index labels);

}  // namespace tessera::report
