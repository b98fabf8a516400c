#include "tessera/report/clustering.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tessera/core/error.hpp"

namespace tessera::report {
namespace {

Index largest(const std::vector<int>& numbers) {
  return *std::max_element(numbers.begin(), numbers.end());
}

TEST(Agreement, IsThatOfScikitLearn) {
  std::ifstream file(TESSERA_FIXTURES "/sklearn_clustering.json");
  const auto cases = nlohmann::json::parse(file);
  ASSERT_GE(cases.size(), 10U);
  for (const auto& expected : cases) {
    const auto clusters = expected["clusters"].get<std::vector<int>>();
    const auto labels = expected["labels"].get<std::vector<int>>();
    const auto actual = compare(clusters, labels, largest(clusters) + 1, largest(labels) + 1);
    // Sums of as many terms as there are rows, of size 1 at most.
    const double rounding =
        8.0 * static_cast<double>(labels.size()) * std::numeric_limits<double>::epsilon();
    EXPECT_NEAR(actual.accuracy, expected["accuracy"], rounding);
    EXPECT_NEAR(actual.nmi, expected["nmi"], rounding);
    EXPECT_NEAR(actual.purity, expected["purity"], rounding);
    EXPECT_NEAR(actual.ari, expected["ari"], rounding);
  }
}

TEST(Agreement, CountsOnlyWhatHasRowsAndPairsByRows) {
  const std::vector<int> clusters = {4, 4, 4, 1, 1, 1, 1};
  const std::vector<int> labels = {2, 2, 5, 5, 5, 2, 5};
  const auto actual = compare(clusters, labels, 6, 7);
  EXPECT_EQ(actual.clusters, 2);
  EXPECT_EQ(actual.labels, 2);
  EXPECT_EQ(actual.matching, (std::vector<Overlap>{{1, 5, 3}, {4, 2, 2}}));
  EXPECT_DOUBLE_EQ(actual.accuracy, 5.0 / 7);
}

TEST(Agreement, NeedsAClusterAndALabelOfEachRow) {
  EXPECT_THROW(compare(std::vector<int>{0, 1}, std::vector<int>{0}, 2, 1), ShapeError);
  EXPECT_THROW(compare(std::vector<int>{}, std::vector<int>{}, 2, 1), ShapeError);
}

/// The most rows of any one-to-one choice, by trying all.
Index best_by_trying(const std::vector<std::vector<Index>>& rows) {
  std::vector<std::size_t> order(std::max(rows.size(), rows.front().size()));
  std::iota(order.begin(), order.end(), 0U);
  Index best = 0;
  do {
    Index sum = 0;
    for (std::size_t cluster = 0; cluster < rows.size(); ++cluster) {
      sum += order[cluster] < rows[cluster].size() ? rows[cluster][order[cluster]] : 0;
    }
    best = std::max(best, sum);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(Assignment, IsAsGoodAsTheBestOfAll) {
  std::mt19937 generator(5);
  for (int round = 0; round < 300; ++round) {
    const std::size_t clusters = 1 + generator() % 6;
    const std::size_t labels = 1 + generator() % 6;
    std::vector<std::vector<Index>> rows(clusters, std::vector<Index>(labels));
    std::vector<Overlap> overlaps;
    for (std::size_t cluster = 0; cluster < clusters; ++cluster) {
      for (std::size_t label = 0; label < labels; ++label) {
        if (generator() % 3 > 0) {
          rows[cluster][label] = 1 + static_cast<Index>(generator() % 9);
          overlaps.push_back(
              {static_cast<Index>(cluster), static_cast<Index>(label), rows[cluster][label]});
        }
      }
    }
    const auto chosen =
        best_assignment(overlaps, static_cast<Index>(clusters), static_cast<Index>(labels));
    Index sum = 0;
    std::set<Index> used;
    Index last = -1;
    for (const auto& [cluster, label, count] : chosen) {
      EXPECT_GT(cluster, last);
      EXPECT_TRUE(used.insert(label).second);
      EXPECT_EQ(count, rows[static_cast<std::size_t>(cluster)][static_cast<std::size_t>(label)]);
      last = cluster;
      sum += count;
    }
    EXPECT_EQ(sum, best_by_trying(rows));
  }
}

TEST(Assignment, LeavesAClusterAloneWhereAPairWouldCostMore) {
  const std::vector<Overlap> overlaps = {{0, 0, 10}, {0, 1, 1}, {1, 0, 1}};
  EXPECT_EQ(best_assignment(overlaps, 2, 2), (std::vector<Overlap>{{0, 0, 10}}));
  EXPECT_TRUE(best_assignment({}, 2, 2).empty());
}

TEST(Assignment, TakesManyLabels) {
  // As where somebody takes the names of the rows for labels.
  std::vector<Overlap> overlaps;
  constexpr Index kLabels = 20000;
  for (Index label = 0; label < kLabels; ++label) {
    overlaps.push_back({label % 10, label, 1});
  }
  EXPECT_EQ(best_assignment(overlaps, 10, kLabels).size(), 10U);
}

}  // namespace
}  // namespace tessera::report
