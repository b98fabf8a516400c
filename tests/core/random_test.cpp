#include "tessera/core/random.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(Random, StreamsSeedsRowsAndColumnsAreIndependent) {
  const double base = random::normal(1, random::Stream::factor_w, 2, 3);
  EXPECT_EQ(base, random::normal(1, random::Stream::factor_w, 2, 3));
  EXPECT_NE(base, random::normal(2, random::Stream::factor_w, 2, 3));
  EXPECT_NE(base, random::normal(1, random::Stream::factor_h, 2, 3));
  EXPECT_NE(base, random::normal(1, random::Stream::factor_w, 3, 2));
  EXPECT_NE(base, random::normal(1, random::Stream::factor_w, 2 + (Index{1} << 32), 3));
  EXPECT_NE(base, random::normal(1, random::Stream::factor_w, 2, 3 + (Index{1} << 32)));
}

TEST(Random, NormalsHaveTheMomentsOfTheNormalDistribution) {
  constexpr Index kCount = 200000;
  double sum = 0;
  double squares = 0;
  double fourth = 0;
  for (Index i = 0; i < kCount; ++i) {
    const double x = random::normal(5, random::Stream::factor_w, i, i % 7);
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
  }
  const double n = kCount;
  EXPECT_NEAR(sum / n, 0.0, 4 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 1.0, 4 * std::sqrt(2 / n));
  EXPECT_NEAR(fourth / n, 3.0, 4 * std::sqrt(96 / n));
}

}  // namespace
}  // namespace tessera
