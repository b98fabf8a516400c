#include "tessera/products/ranking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::products {
namespace {

using kernels::BestColumns;
using kernels::ScoredColumn;

/// What a relevant column at this place, from 1, adds to the discounted gain.
double gain_at(std::size_t place) { return 1 / std::log2(1 + static_cast<double>(place)); }

/// Rows, precision, recall, NDCG: sums over rows.
using Sums = std::array<double, 4>;

void add_row(const std::vector<ScoredColumn>& ranking, std::span<const std::int32_t> relevant,
             Index most, Sums& sums) {
  double hits = 0;
  double gain = 0;
  for (std::size_t at = 0; at < ranking.size(); ++at) {
    if (std::ranges::binary_search(relevant, ranking[at].column, {},
                                   [](std::int32_t column) { return Index{column}; })) {
      hits += 1;
      gain += gain_at(at + 1);
    }
  }
  double best_gain = 0;
  for (std::size_t place = 1; place <= std::min(relevant.size(), static_cast<std::size_t>(most));
       ++place) {
    best_gain += gain_at(place);
  }
  sums[0] += 1;
  sums[1] += hits / static_cast<double>(most);
  sums[2] += hits / static_cast<double>(relevant.size());
  sums[3] += gain / best_gain;
}

Rankings to_rankings(const std::vector<BestColumns>& best) {
  Rankings rankings;
  for (const BestColumns& row : best) {
    rankings.push_back(row.ranking());
  }
  return rankings;
}

/// What this process has kept, `most` places for each row; a column of -1 fills up.
struct Kept {
  std::vector<Index> columns;
  std::vector<double> scores;
};

Kept list_kept(const Rankings& rankings, Index most) {
  Kept kept;
  for (const auto& ranking : rankings) {
    for (Index place = 0; place < most; ++place) {
      const bool has = place < std::ssize(ranking);
      const ScoredColumn column =
          has ? ranking[static_cast<std::size_t>(place)] : ScoredColumn{-1, 0};
      kept.columns.push_back(column.column);
      kept.scores.push_back(column.score);
    }
  }
  return kept;
}

/// What all processes pass, one behind the other, on process 0. All pass as many. Collective.
template <class T>
std::vector<T> gather_on_root(const std::vector<T>& own, const mpi::Communicator& comm) {
  const auto processes = static_cast<std::size_t>(comm.size());
  std::vector<Index> send(processes);
  send.front() = std::ssize(own);
  const std::vector<Index> receive(processes, comm.rank() == 0 ? std::ssize(own) : 0);
  std::vector<T> all(comm.rank() == 0 ? processes * own.size() : 0);
  comm.all_to_all(std::span<const T>(own), send, std::span<T>(all), receive);
  return all;
}

}  // namespace

template <class Real>
Rankings rank_by_model(ConstMatrixView<Real> w, const Factor<Real>& h, const RankingTask& task,
                       const mpi::Communicator& comm) {
  auto best = mpi::agree(comm, [&] {
    return std::vector<BestColumns>(static_cast<std::size_t>(w.rows()), BestColumns(task.most));
  });
  for (int process = 0; process < comm.size(); ++process) {
    std::array<Index, 2> owned = {h.owned.begin, h.owned.end};
    comm.broadcast(std::span<Index>(owned), process);
    const bool is_own = process == comm.rank();
    Matrix<Real> piece = mpi::agree(
        comm, [&] { return is_own ? h.piece : Matrix<Real>(owned[1] - owned[0], h.rank()); });
    comm.broadcast(piece.span(), process);
    mpi::agree(comm, [&] {
      kernels::offer_predictions<Real>(w, piece.view(), owned[0], task.seen, best);
    });
  }
  return mpi::agree(comm, [&] { return to_rankings(best); });
}

template <class Real>
Rankings rank_shared_rows(ConstMatrixView<Real> w, const Factor<Real>& h, const RankingTask& task,
                          const mpi::Communicator& comm) {
  // No process has more columns than there are, whatever `most` is.
  const Index most = std::min(task.most, h.global_rows);
  const auto rows = static_cast<std::size_t>(w.rows());
  const Kept kept = mpi::agree(comm, [&] {
    std::vector<BestColumns> own(rows, BestColumns(most));
    kernels::offer_predictions<Real>(w, h.piece.view(), h.owned.begin, task.seen, own);
    return list_kept(to_rankings(own), most);
  });
  const auto columns = gather_on_root(kept.columns, comm);
  const auto scores = gather_on_root(kept.scores, comm);
  std::vector<BestColumns> best(comm.rank() == 0 ? rows : 0, BestColumns(most));
  const std::size_t of_process = kept.columns.size();
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (columns[at] >= 0) {
      best[at % of_process / static_cast<std::size_t>(most)].offer({columns[at], scores[at]});
    }
  }
  return to_rankings(best);
}

Rankings rank_by_popularity(const std::vector<Index>& times, const RankingTask& task) {
  std::vector<Index> order(times.size());
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order, std::greater{},
                           [&](Index column) { return times[static_cast<std::size_t>(column)]; });
  Rankings rankings(static_cast<std::size_t>(task.seen.rows()));
  for (Index row = 0; row < task.seen.rows(); ++row) {
    auto& ranking = rankings[static_cast<std::size_t>(row)];
    for (const Index column : order) {
      if (std::ssize(ranking) == task.most) {
        break;
      }
      if (!std::ranges::binary_search(task.seen.of(row), column, {},
                                      [](std::int32_t seen) { return Index{seen}; })) {
        ranking.push_back({column, static_cast<double>(times[static_cast<std::size_t>(column)])});
      }
    }
  }
  return rankings;
}

std::vector<Index> count_seen(const ColumnLists& seen, Index columns,
                              const mpi::Communicator& comm) {
  auto times =
      mpi::agree(comm, [&] { return std::vector<Index>(static_cast<std::size_t>(columns)); });
  for (const std::int32_t column : seen.columns) {
    ++times[static_cast<std::size_t>(column)];
  }
  comm.all_reduce_sum(std::span<Index>(times));
  return times;
}

RankingScore score_rankings(const Rankings& rankings, const ColumnLists& relevant, Index most,
                            const mpi::Communicator& comm) {
  Sums sums{};
  for (std::size_t row = 0; row < rankings.size(); ++row) {
    add_row(rankings[row], relevant.of(static_cast<Index>(row)), most, sums);
  }
  comm.all_reduce_sum(std::span<double>(sums));
  return {sums[0], sums[1] / sums[0], sums[2] / sums[0], sums[3] / sums[0]};
}

template Rankings rank_by_model(ConstMatrixView<float>, const Factor<float>&, const RankingTask&,
                                const mpi::Communicator&);
template Rankings rank_shared_rows(ConstMatrixView<float>, const Factor<float>&, const RankingTask&,
                                   const mpi::Communicator&);
template Rankings rank_shared_rows(ConstMatrixView<double>, const Factor<double>&,
                                   const RankingTask&, const mpi::Communicator&);
template Rankings rank_by_model(ConstMatrixView<double>, const Factor<double>&, const RankingTask&,
                                const mpi::Communicator&);

}  // namespace tessera::products
