#include "tessera/products/ranking.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tessera/matrix/partition.hpp"

#include "mpi_test.hpp"

namespace tessera::products {
namespace {

using kernels::ScoredColumn;
using testing::test_world;

constexpr Index kRows = 5;
constexpr Index kColumns = 13;
constexpr Index kRank = 2;

double w_at(Index i, Index l) { return static_cast<double>((i + 2 * l) % 3); }
double h_at(Index j, Index l) { return static_cast<double>((5 * j + l) % 7) / 4; }

/// This process's columns, of which the last of many processes have none.
Factor<double> own_h() {
  const auto& world = test_world();
  Factor<double> h(kColumns, Partition::even(kColumns, world.size()).part(world.rank()), kRank);
  for (Index j = h.owned.begin; j < h.owned.end; ++j) {
    for (Index l = 0; l < kRank; ++l) {
      h.piece(j - h.owned.begin, l) = h_at(j, l);
    }
  }
  return h;
}

Matrix<double> w_rows(Range rows) {
  Matrix<double> w(rows.size(), kRank);
  for (Index i = rows.begin; i < rows.end; ++i) {
    for (Index l = 0; l < kRank; ++l) {
      w(i - rows.begin, l) = w_at(i, l);
    }
  }
  return w;
}

bool is_seen(Index i, Index j) { return (i + j) % 4 == 0; }

ColumnLists seen_in(Range rows) {
  ColumnLists seen;
  for (Index i = rows.begin; i < rows.end; ++i) {
    std::vector<std::int32_t> list;
    for (Index j = 0; j < kColumns; ++j) {
      if (is_seen(i, j)) {
        list.push_back(static_cast<std::int32_t>(j));
      }
    }
    seen.add(list);
  }
  return seen;
}

Rankings reference(Range rows, Index most) {
  Rankings rankings;
  for (Index i = rows.begin; i < rows.end; ++i) {
    std::vector<ScoredColumn> all;
    for (Index j = 0; j < kColumns; ++j) {
      if (!is_seen(i, j)) {
        all.push_back({j, w_at(i, 0) * h_at(j, 0) + w_at(i, 1) * h_at(j, 1)});
      }
    }
    std::ranges::sort(all, kernels::ranks_before);
    all.resize(std::min(all.size(), static_cast<std::size_t>(most)));
    rankings.push_back(all);
  }
  return rankings;
}

TEST(RankByModel, AgreesWithSortingAllScores) {
  const auto& world = test_world();
  const Range rows = Partition::even(kRows, world.size()).part(world.rank());
  for (const Index most : {1, 4, 50}) {
    const auto rankings =
        rank_by_model<double>(w_rows(rows).view(), own_h(), {seen_in(rows), most}, world);
    EXPECT_EQ(rankings, reference(rows, most));
  }
}

TEST(RankSharedRows, GivesProcessZeroTheSame) {
  const auto& world = test_world();
  const Range rows{0, kRows};
  for (const Index most : {1, 4, 50}) {
    const auto rankings =
        rank_shared_rows<double>(w_rows(rows).view(), own_h(), {seen_in(rows), most}, world);
    EXPECT_EQ(rankings, world.rank() == 0 ? reference(rows, most) : Rankings());
  }
}

TEST(CountSeen, AddsUpAllProcesses) {
  const auto& world = test_world();
  const Range rows = Partition::even(kRows, world.size()).part(world.rank());
  const auto times = count_seen(seen_in(rows), kColumns, world);
  for (Index j = 0; j < kColumns; ++j) {
    Index expected = 0;
    for (Index i = 0; i < kRows; ++i) {
      expected += is_seen(i, j) ? 1 : 0;
    }
    EXPECT_EQ(times[static_cast<std::size_t>(j)], expected);
  }
}

TEST(RankByPopularity, LeavesOutWhatTheRowHasSeen) {
  ColumnLists seen;
  seen.add(std::vector<std::int32_t>{1, 2});
  seen.add({});
  const auto rankings = rank_by_popularity({3, 9, 5, 3}, {seen, 2});
  EXPECT_EQ(rankings, (Rankings{{{0, 3}, {3, 3}}, {{1, 9}, {2, 5}}}));
}

TEST(ScoreRankings, FollowsTheDefinitions) {
  const auto& world = test_world();
  Rankings rankings;
  ColumnLists relevant;
  if (world.rank() == world.size() - 1) {  // elsewhere no row is scored
    rankings = {{{4, 9}, {2, 8}, {7, 7}}, {{1, 9}, {3, 8}, {5, 7}}};
    relevant.add(std::vector<std::int32_t>{2, 7, 8, 9});
    relevant.add(std::vector<std::int32_t>{3});
  }
  const auto score = score_rankings(rankings, relevant, 3, world);
  const double second = 1 / std::log2(3);
  EXPECT_EQ(score.rows, 2);
  EXPECT_DOUBLE_EQ(score.precision, (2.0 / 3 + 1.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(score.recall, (2.0 / 4 + 1) / 2);
  EXPECT_DOUBLE_EQ(score.ndcg, ((second + 0.5) / (1 + second + 0.5) + second) / 2);
}

TEST(ScoreRankings, IsUnknownWithoutRows) {
  const auto score = score_rankings({}, {}, 3, test_world());
  EXPECT_EQ(score.rows, 0);
  EXPECT_TRUE(std::isnan(score.precision));
}

}  // namespace
}  // namespace tessera::products
