#pragma once

#include <span>
#include <vector>

#include "tessera/matrix/column_lists.hpp"
#include "tessera/matrix/matrix.hpp"

/// Which columns of W·H are largest in a row, without ever holding that row.
namespace tessera::kernels {

struct ScoredColumn {
  Index column = 0;  ///< global
  double score = 0;

  friend bool operator==(const ScoredColumn&, const ScoredColumn&) = default;
};

/// Whether one comes before the other in a ranking: by falling score, equal ones by column.
[[nodiscard]] constexpr bool ranks_before(const ScoredColumn& one, const ScoredColumn& other) {
  return one.score > other.score || (one.score == other.score && one.column < other.column);
}

/// The best of all columns that are offered, whatever their order.
class BestColumns {
 public:
  /// @param most how many to keep, at least 1
  explicit BestColumns(Index most) : most_(static_cast<std::size_t>(most)) {}

  void offer(const ScoredColumn& column);
  /// Those kept, the best first.
  [[nodiscard]] std::vector<ScoredColumn> ranking() const;

 private:
  std::size_t most_;
  std::vector<ScoredColumn> heap_;  ///< the worst in front
};

/// Offers best[i] the predictions w_i·h_j of all columns j that are not in seen.of(i).
///
/// Sums run over the components in their order, in double, for every column alike: a prediction has
/// the same bits however columns and rows are cut. Memory for a tile of H on each thread.
/// @pre w is u×k, h is c×k (columns first_column, … of H); seen has u rows of global columns, by
/// rising column; best has u elements.
template <class Real>
void offer_predictions(ConstMatrixView<Real> w, ConstMatrixView<Real> h, Index first_column,
                       const ColumnLists& seen, std::span<BestColumns> best);

}  // namespace tessera::kernels
