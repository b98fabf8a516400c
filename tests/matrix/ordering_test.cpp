#include "tessera/matrix/ordering.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tessera {
namespace {

/// Around powers of two and of four, where the domain of the shuffle grows.
constexpr Index kSizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 100, 1000, 4097};
constexpr std::uint64_t kSeeds[] = {0, 1, 2, 42, 0xffffffffffffffffU};

TEST(Ordering, InOrderLeavesEveryIndexWhereItIs) {
  const Ordering ordering(Index{1} << 50);
  EXPECT_FALSE(ordering.is_shuffled());
  for (const Index index : {Index{0}, Index{17}, (Index{1} << 50) - 1}) {
    EXPECT_EQ(ordering.position(index), index);
    EXPECT_EQ(ordering.original(index), index);
  }
}

TEST(Ordering, ShuffledIsABijectionWithItsInverse) {
  for (const Index size : kSizes) {
    for (const std::uint64_t seed : kSeeds) {
      SCOPED_TRACE(::testing::Message() << size << " indices, seed " << seed);
      const Ordering ordering = Ordering::shuffled(size, seed);
      EXPECT_EQ(ordering.size(), size);
      std::vector<bool> taken(static_cast<std::size_t>(size));
      for (Index original = 0; original < size; ++original) {
        const Index position = ordering.position(original);
        ASSERT_TRUE(0 <= position && position < size) << position;
        ASSERT_FALSE(taken[static_cast<std::size_t>(position)]) << position << " is taken twice";
        taken[static_cast<std::size_t>(position)] = true;
        ASSERT_EQ(ordering.original(position), original);
      }
    }
  }
}

TEST(Ordering, ShuffledInvertsItselfOnTheLargestSizes) {
  for (const Index size : {Index{1} << 40, (Index{1} << 61) + 1, Index{0x7fffffffffffffff}}) {
    const Ordering ordering = Ordering::shuffled(size, 7);
    for (const Index original : {Index{0}, Index{1}, size / 3, size - 1}) {
      const Index position = ordering.position(original);
      EXPECT_GE(position, 0);
      EXPECT_LT(position, size);
      EXPECT_EQ(ordering.original(position), original);
    }
  }
}

TEST(Ordering, DependsOnTheSeedAlone) {
  const Ordering first = Ordering::shuffled(1000, 1);
  const Ordering same = Ordering::shuffled(1000, 1);
  const Ordering other = Ordering::shuffled(1000, 2);
  Index differences = 0;
  for (Index index = 0; index < 1000; ++index) {
    EXPECT_EQ(first.position(index), same.position(index));
    differences += first.position(index) != other.position(index) ? 1 : 0;
  }
  EXPECT_GT(differences, 900);
}

/// What it is for: neighbours end up in parts chosen about evenly. Of 100 neighbours, 25 are
/// expected in each quarter with a standard deviation of 4.3.
TEST(Ordering, SpreadsNeighboursEvenly) {
  constexpr Index kSize = 10000;
  for (const std::uint64_t seed : kSeeds) {
    const Ordering ordering = Ordering::shuffled(kSize, seed);
    for (Index begin = 0; begin < kSize; begin += 1000) {
      std::vector<Index> quarters(4);
      for (Index index = begin; index < begin + 100; ++index) {
        ++quarters[static_cast<std::size_t>(4 * ordering.position(index) / kSize)];
      }
      for (const Index count : quarters) {
        EXPECT_GE(count, 25 - 5 * 4.3);
        EXPECT_LE(count, 25 + 5 * 4.3);
      }
    }
  }
}

}  // namespace
}  // namespace tessera
