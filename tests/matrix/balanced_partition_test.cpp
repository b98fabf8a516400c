#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/random.hpp"
#include "tessera/matrix/partition.hpp"

/// Partition::balanced, by the properties that callers rely on.
namespace tessera {
namespace {

constexpr int kParts[] = {1, 2, 3, 4, 7, 20};

std::vector<Index> random_weights(Index count, Index largest, std::uint64_t seed) {
  std::vector<Index> weights;
  for (Index index = 0; index < count; ++index) {
    const double uniform = random::uniform(seed, random::Stream::generate_noise, index, 0);
    // Cubed, so that few indices weigh much and many little.
    weights.push_back(
        static_cast<Index>(uniform * uniform * uniform * static_cast<double>(largest)));
  }
  return weights;
}

Index weight_of(const std::vector<Index>& weights, Range range) {
  return std::accumulate(weights.begin() + range.begin, weights.begin() + range.end, Index{0});
}

/// The parts lie one behind the other, cover everything, and each border lies as near to its share
/// of the weight as one index allows.
void expect_balanced(const std::vector<Index>& weights, int parts) {
  SCOPED_TRACE(::testing::Message() << weights.size() << " weights in " << parts << " parts");
  const Partition partition = Partition::balanced(weights, parts);
  ASSERT_EQ(partition.parts(), parts);
  ASSERT_EQ(partition.total(), std::ssize(weights));
  const Index total = weight_of(weights, {0, std::ssize(weights)});
  const Index largest = weights.empty() ? 0 : *std::ranges::max_element(weights);
  Index end = 0;
  for (int part = 0; part < parts; ++part) {
    const Range range = partition.part(part);
    EXPECT_EQ(range.begin, end);
    EXPECT_LE(range.begin, range.end);
    end = range.end;
    const double share = static_cast<double>(total) * (part + 1) / parts;
    EXPECT_LE(std::abs(static_cast<double>(weight_of(weights, {0, end})) - share),
              static_cast<double>(largest) / 2 + 1e-9 * share);
    for (Index index = range.begin; index < range.end; ++index) {
      EXPECT_EQ(partition.owner(index), part);
    }
  }
  EXPECT_EQ(end, std::ssize(weights));
}

TEST(BalancedPartition, CutsRandomWeightsNearTheirShares) {
  for (const Index count : {1, 2, 5, 40, 1000}) {
    for (const Index largest : {1, 3, 100, 1000000}) {
      for (const int parts : kParts) {
        expect_balanced(random_weights(count, largest, 5), parts);
      }
    }
  }
}

TEST(BalancedPartition, HasPartsOfEvenSizeForEqualWeights) {
  for (const Index count : {0, 1, 5, 6, 7, 60, 61, 1000}) {
    for (const int parts : kParts) {
      const std::vector<Index> weights(static_cast<std::size_t>(count), 3);
      expect_balanced(weights, parts);
      const Partition partition = Partition::balanced(weights, parts);
      for (int part = 0; part < parts; ++part) {
        EXPECT_GE(partition.part(part).size(), count / parts);
        EXPECT_LE(partition.part(part).size(), count / parts + 1);
      }
    }
  }
}

TEST(BalancedPartition, CutsAroundOneGiantWeight) {
  for (const std::size_t giant : {0, 3, 9}) {
    std::vector<Index> weights(10, 1);
    weights[giant] = 1000;
    for (const int parts : kParts) {
      expect_balanced(weights, parts);
    }
  }
}

TEST(BalancedPartition, TakesMorePartsThanIndices) {
  for (const Index count : {0, 1, 2, 5}) {
    expect_balanced(random_weights(count, 50, 9), 20);
  }
}

TEST(BalancedPartition, SpreadsIndicesWithoutWeight) {
  for (const int parts : kParts) {
    const Partition partition = Partition::balanced(std::vector<Index>(1000), parts);
    for (int part = 0; part < parts; ++part) {
      EXPECT_LE(partition.part(part).size(), 1000 / parts + 1);
    }
  }
}

TEST(BalancedPartition, SumsWeightsBeyond32Bits) {
  expect_balanced(std::vector<Index>(8, Index{1} << 40), 4);
}

}  // namespace
}  // namespace tessera
