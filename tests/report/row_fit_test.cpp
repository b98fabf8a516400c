#include "tessera/report/row_fit.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tessera::report {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(RowFit, IsOfTheEntriesThatAreNumbers) {
  const auto fit = row_fit(std::array{3.0, kNan, 4.0}, std::array{3.0, 100.0, 3.0});
  EXPECT_NEAR(fit.relative_error, 1.0 / 5, 1e-15);
  EXPECT_EQ(fit.squared_error, 1);
  EXPECT_EQ(fit.entries, 2);
}

TEST(RowFit, HasNoRelativeErrorForZerosAndNoneForAPerfectFit) {
  EXPECT_TRUE(std::isnan(row_fit(std::array{0.0, 0.0}, std::array{1.0, 0.0}).relative_error));
  const auto perfect = row_fit(std::array{1.0, 2.0}, std::array{1.0, 2.0});
  EXPECT_EQ(perfect.relative_error, 0);
  EXPECT_EQ(perfect.squared_error, 0);
}

TEST(StrongestColumns, AreOrderedByWeightThenColumn) {
  const std::array row = {0.0, 2.0, kNan, 5.0, 2.0, -1.0};
  EXPECT_EQ(strongest_columns(row, 2), (std::vector<FactorEntry>{{3, 5}, {1, 2}}));
  EXPECT_EQ(strongest_columns(row, 9), (std::vector<FactorEntry>{{3, 5}, {1, 2}, {4, 2}}));
}

TEST(BinMeans, AverageNeighboursAndLeaveOutWhatIsNoNumber) {
  EXPECT_EQ(bin_means(std::array{1.0, 3.0, 5.0, 7.0, kNan}, 2), (std::vector<double>{2, 6}));
  EXPECT_EQ(bin_means(std::array{1.0, 3.0}, 9), (std::vector<double>{1, 3}));
  EXPECT_TRUE(std::isnan(bin_means(std::array{kNan, 2.0}, 2)[0]));
}

}  // namespace
}  // namespace tessera::report
