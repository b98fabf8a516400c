#pragma once

#include <span>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/report/assignment.hpp"

namespace tessera::report {

/// How well clusters of rows agree with labels that the rows are known to have.
struct Agreement {
  Index clusters = 0;             ///< that have rows
  Index labels = 0;               ///< likewise
  double accuracy = 0;            ///< rows in the pairs of `matching`, of all
  double nmi = 0;                 ///< normalized mutual information
  double purity = 0;              ///< rows with the most frequent label of their cluster, of all
  double ari = 0;                 ///< adjusted Rand index
  std::vector<Overlap> matching;  ///< best one-to-one pairs of a cluster and a label, by cluster
};

/// Compares the cluster with the label of every row. NMI is divided by the arithmetic mean of both
/// entropies, as scikit-learn does by default; it is 1 where there is one cluster and one label.
/// Sources: Strehl & Ghosh 2002 (NMI), Hubert & Arabie 1985 (ARI).
/// @pre as many clusters as labels, at least one; each cluster below `clusters` and label below
/// `labels`, none of them negative. @throws ShapeError unless they are equally many.
[[nodiscard]] Agreement compare(std::span<const int> cluster_of_row,
                                std::span<const int> label_of_row, Index clusters, Index labels);

}  // namespace tessera::report
