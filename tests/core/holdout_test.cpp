#include "tessera/core/holdout.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace tessera {
namespace {

constexpr Index kLines = 300;

/// Counts the entries (i, j) for which both rules agree to hold them.
Index count_both(const HoldoutRule& one, const HoldoutRule& other) {
  Index count = 0;
  for (Index i = 0; i < kLines; ++i) {
    for (Index j = 0; j < kLines; ++j) {
      count += one.holds_entry(i, j) && other.holds_entry(i, j) ? 1 : 0;
    }
  }
  return count;
}

/// Of N independent draws with probability p, p·N within five standard deviations.
void expect_share(Index count, double draws, double probability) {
  EXPECT_NEAR(static_cast<double>(count), draws * probability,
              5 * std::sqrt(draws * probability * (1 - probability)));
}

TEST(HoldoutRule, HoldsTheShareOfEntries) {
  constexpr double kEntries = kLines * kLines;
  for (const double share : {0.01, 0.1, 0.5, 0.9}) {
    const HoldoutRule rule{share, 3};
    expect_share(count_both(rule, rule), kEntries, share);
  }
}

TEST(HoldoutRule, HoldsTheShareOfEveryRowAndColumn) {
  const HoldoutRule rule{0.2, 3};
  for (Index line = 0; line < 20; ++line) {
    Index in_row = 0;
    Index in_column = 0;
    for (Index at = 0; at < kLines; ++at) {
      in_row += rule.holds_entry(line, at) ? 1 : 0;
      in_column += rule.holds_entry(at, line) ? 1 : 0;
    }
    expect_share(in_row, kLines, 0.2);
    expect_share(in_column, kLines, 0.2);
  }
}

TEST(HoldoutRule, SeedsAreIndependent) {
  constexpr double kEntries = kLines * kLines;
  for (const std::uint64_t seed : {1U, 2U, 1000U}) {
    expect_share(count_both({0.3, 0}, {0.3, seed}), kEntries, 0.3 * 0.3);
  }
}

TEST(HoldoutRule, RowsAndColumnsAreChosenIndependently) {
  const HoldoutRule rule{0.3, 5};
  Index both = 0;
  Index rows = 0;
  for (Index at = 0; at < 10000; ++at) {
    rows += rule.holds_row(at) ? 1 : 0;
    both += rule.holds_row(at) && rule.holds_column(at) ? 1 : 0;
  }
  expect_share(rows, 10000, 0.3);
  expect_share(both, 10000, 0.3 * 0.3);
}

TEST(HoldoutRule, ALargerShareHoldsWhatASmallerOneDoes) {
  const HoldoutRule less{0.1, 7};
  EXPECT_EQ(count_both(less, {0.4, 7}), count_both(less, less));
}

TEST(HoldoutRule, NothingIsHeldByAShareOfZero) {
  const HoldoutRule rule{0, 1};
  EXPECT_EQ(count_both(rule, rule), 0);
  EXPECT_FALSE(rule.holds_row(0));
  EXPECT_FALSE(rule.holds_column(0));
}

TEST(HoldoutRule, KeepsItsMeaning) {
  // Results depend on it: these are what the first version chose.
  const HoldoutRule rule{0.5, 42};
  std::uint64_t bits = 0;
  for (Index at = 0; at < 64; ++at) {
    bits = 2 * bits + (rule.holds_entry(at / 8, at % 8) ? 1 : 0);
  }
  EXPECT_EQ(bits, 5635781779392327331U);
}

}  // namespace
}  // namespace tessera
