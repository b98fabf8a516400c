#include "tessera/report/factor_digest.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "tessera/matrix/partition.hpp"

#include "mpi_test.hpp"

namespace tessera::report {
namespace {

using testing::test_world;

/// Rows × k of whole numbers, some of them 0.
Matrix<double> factor(Index rows, Index rank) {
  Matrix<double> result(rows, rank);
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < rank; ++l) {
      result(i, l) = static_cast<double>((7 * i + 5 * l) % 11);
    }
  }
  return result;
}

/// The digest of a factor of which every process sees its even part, in two pieces.
FactorDigest digest_of(const Matrix<double>& whole) {
  FactorDigest digest(whole.columns());
  const Range own = Partition::even(whole.rows(), test_world().size()).part(test_world().rank());
  const Index middle = own.begin + own.size() / 2;
  digest.add(whole.view().rows({own.begin, middle}));
  digest.add(whole.view().rows({middle, own.end}));
  digest.combine(test_world());
  return digest;
}

TEST(FactorDigest, IsOfAllRowsOnAnyNumberOfProcesses) {
  for (const Index rows : {1, 2, 40}) {
    for (const Index rank : {1, 3}) {
      const auto whole = factor(rows, rank);
      const auto sums = digest_of(whole).sums();
      ASSERT_EQ(std::ssize(sums), rank);
      Index led = 0;
      for (Index l = 0; l < rank; ++l) {
        ComponentSums expected;
        for (Index i = 0; i < rows; ++i) {
          expected.sum += whole(i, l);
          expected.squares += whole(i, l) * whole(i, l);
          expected.largest = std::max(expected.largest, whole(i, l));
        }
        const auto& found = sums[static_cast<std::size_t>(l)];
        EXPECT_EQ(found.sum, expected.sum);
        EXPECT_EQ(found.squares, expected.squares);
        EXPECT_EQ(found.largest, expected.largest);
        led += found.leads;
      }
      Index rows_not_zero = 0;
      for (Index i = 0; i < rows; ++i) {
        const auto row = whole.view().rows({i, i + 1}).span();
        rows_not_zero += std::ranges::any_of(row, [](double x) { return x > 0; }) ? 1 : 0;
      }
      EXPECT_EQ(led, rows_not_zero);
    }
  }
}

TEST(FactorDigest, LetsTheFirstOfEqualComponentsLead) {
  Matrix<double> rows(3, 3);
  rows(0, 1) = rows(0, 2) = 4;
  rows(1, 2) = 1;
  const auto sums = digest_of(rows).sums();
  EXPECT_EQ(sums[0].leads, 0);
  EXPECT_EQ(sums[1].leads, 1);
  EXPECT_EQ(sums[2].leads, 1);
}

TEST(HoyerSparseness, IsZeroForEqualEntriesAndOneForASingleOne) {
  EXPECT_NEAR(hoyer_sparseness({.sum = 16, .squares = 16}, 16), 0, 1e-15);
  EXPECT_NEAR(hoyer_sparseness({.sum = 5, .squares = 25}, 16), 1, 1e-15);
  // x = (3, 4, 0, 0): (2 − 7/5) / (2 − 1).
  EXPECT_NEAR(hoyer_sparseness({.sum = 7, .squares = 25}, 4), 0.6, 1e-15);
}

TEST(HoyerSparseness, IsUnknownForZerosAndForOneEntry) {
  EXPECT_TRUE(std::isnan(hoyer_sparseness({}, 4)));
  EXPECT_TRUE(std::isnan(hoyer_sparseness({.sum = 2, .squares = 4}, 1)));
}

TEST(ComponentShares, AreThoseOfTheSumOfAllEntriesOfTheProduct) {
  const auto w = factor(9, 3);
  const auto h = factor(14, 3);
  const auto shares = component_shares(digest_of(w).sums(), digest_of(h).sums());
  double total = 0;
  std::array<double, 3> of_component{};
  for (Index i = 0; i < 9; ++i) {
    for (Index j = 0; j < 14; ++j) {
      for (Index l = 0; l < 3; ++l) {
        of_component[static_cast<std::size_t>(l)] += w(i, l) * h(j, l);
        total += w(i, l) * h(j, l);
      }
    }
  }
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_NEAR(shares[l], of_component[l] / total, 1e-15);
  }
}

TEST(ComponentShares, AreZeroForAProductOfZeros) {
  const std::vector<ComponentSums> nothing(2);
  EXPECT_EQ(component_shares(nothing, nothing), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace tessera::report
