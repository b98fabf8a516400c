#pragma once

#include <vector>

#include "tessera/kernels/best_columns.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

/// Rankings of the columns in each row of this process, such as of items for users, and how many of
/// the relevant columns they find.
namespace tessera::products {

/// The best columns of each row, the best first.
using Rankings = std::vector<std::vector<kernels::ScoredColumn>>;

/// What is ranked. Local rows may be any, and other ones on every process.
struct RankingTask {
  ColumnLists seen;  ///< by local row: global columns that are not ranked
  Index most = 10;   ///< columns for each row
};

/// Ranks columns by W·H. The pieces of H go round, one process's at a time: memory for the largest
/// of them. Collective.
/// @pre w has a row for each of task.seen; the processes' pieces of h cover all columns.
template <class Real>
[[nodiscard]] Rankings rank_by_model(ConstMatrixView<Real> w, const Factor<Real>& h,
                                     const RankingTask& task, const mpi::Communicator& comm);

/// The same for rows that every process has: each process ranks its own columns, process 0 the best
/// of them. The result is on process 0. Collective.
/// @pre w and task are the same on every process
template <class Real>
[[nodiscard]] Rankings rank_shared_rows(ConstMatrixView<Real> w, const Factor<Real>& h,
                                        const RankingTask& task, const mpi::Communicator& comm);

/// Ranks columns in every row by how often they were seen by all rows, whatever the row: what a
/// ranking for somebody must beat. Collective.
/// @param times for each column, the same on every process
[[nodiscard]] Rankings rank_by_popularity(const std::vector<Index>& times, const RankingTask& task);

/// How often each column was seen by the rows of all processes. Collective.
[[nodiscard]] std::vector<Index> count_seen(const ColumnLists& seen, Index columns,
                                            const mpi::Communicator& comm);

/// Means over the rows of all processes that have a relevant column; NaN if none has.
struct RankingScore {
  double rows = 0;
  /// Relevant columns among the first N, over N: Herlocker, Konstan, Terveen & Riedl 2004,
  /// sec. 4.2, with all columns that were not seen being ranked.
  double precision = 0;
  double recall = 0;  ///< the same, over all relevant ones of the row (Cremonesi et al. 2010)
  double ndcg = 0;    ///< Σ 1/log2(1 + place) of those found, over the most it can be: Järvelin &
                      ///< Kekäläinen 2002
};

/// @pre rankings and relevant have the same rows, all of them with a relevant column. Collective.
[[nodiscard]] RankingScore score_rankings(const Rankings& rankings, const ColumnLists& relevant,
                                          Index most, const mpi::Communicator& comm);

}  // namespace tessera::products
