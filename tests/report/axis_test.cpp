#include "tessera/report/axis.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tessera::report {
namespace {

using Labels = std::vector<std::string>;

constexpr double kRounding = 1e-6;  // of a distance between ticks

std::vector<Tick> labelled(const Axis& axis) {
  std::vector<Tick> ticks;
  std::ranges::copy_if(axis.ticks, std::back_inserter(ticks),
                       [](const Tick& tick) { return !tick.label.empty(); });
  return ticks;
}

Labels labels_of(double low, double high, bool logarithmic) {
  Labels labels;
  for (const auto& tick : labelled(make_axis({low, high}, logarithmic))) {
    labels.push_back(tick.label);
  }
  return labels;
}

/// True for 1, 2 and 5 times a power of ten.
bool is_round(double value) {
  const double mantissa = value / std::pow(10.0, std::floor(std::log10(value) + kRounding));
  return std::ranges::any_of(std::vector{1.0, 2.0, 5.0},
                             [&](double round) { return std::abs(mantissa - round) < kRounding; });
}

/// What holds on every axis.
void expect_usable(const Axis& axis, Range range) {
  const double slack = kRounding * (range.high - range.low);
  EXPECT_LE(axis.range.low, range.low + slack);
  EXPECT_GE(axis.range.high, range.high - slack);
  EXPECT_TRUE(std::ranges::is_sorted(axis.ticks, {}, &Tick::value));
  for (const auto& tick : axis.ticks) {
    EXPECT_GT(axis.position(tick.value), -kRounding);
    EXPECT_LT(axis.position(tick.value), 1 + kRounding);
  }
  Labels labels;
  for (const auto& tick : labelled(axis)) {
    labels.push_back(tick.label);
  }
  EXPECT_GE(labels.size(), 3U) << range.low << " to " << range.high;
  EXPECT_LE(labels.size(), 10U) << range.low << " to " << range.high;
  std::ranges::sort(labels);
  EXPECT_EQ(std::ranges::adjacent_find(labels), labels.end()) << "two ticks look alike";
}

TEST(LinearAxis, HasEqualRoundStepsThatCoverAnyRange) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<double> offset(-1, 1);
  std::uniform_real_distribution<double> magnitude(-12, 12);
  for (int trial = 0; trial < 2000; ++trial) {
    const double low = offset(generator) * std::pow(10.0, magnitude(generator));
    const Range range = {low, low + std::abs(low) * std::pow(10.0, magnitude(generator) / 3)};
    const Axis axis = make_axis(range, false);
    expect_usable(axis, range);
    const auto ticks = labelled(axis);
    const double step = ticks[1].value - ticks[0].value;
    EXPECT_TRUE(is_round(step)) << step;
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      EXPECT_NEAR((ticks[i].value - ticks[i - 1].value) / step, 1, kRounding);
    }
  }
}

TEST(LogAxis, HasTicksThatCoverAnyRange) {
  std::mt19937 generator(2);
  std::uniform_real_distribution<double> magnitude(-90, 90);
  std::uniform_real_distribution<double> decades(-3, 2);  // from a thousandth to a hundred
  for (int trial = 0; trial < 2000; ++trial) {
    const double low = std::pow(10.0, magnitude(generator));
    const double extent = std::pow(10.0, decades(generator));
    const Range range = {low, std::min(low * std::pow(10.0, extent), 1e100)};
    expect_usable(make_axis(range, true), range);
  }
}

TEST(LinearAxis, LabelsStepsWithAsManyDecimalsAsTheyNeed) {
  EXPECT_EQ(labels_of(0, 500, false), (Labels{"0", "100", "200", "300", "400", "500"}));
  EXPECT_EQ(labels_of(0.0951, 0.1149, false),
            (Labels{"0.095", "0.100", "0.105", "0.110", "0.115"}));
  EXPECT_EQ(labels_of(-1, 1, false), (Labels{"−1.0", "−0.5", "0", "0.5", "1.0"}));
}

TEST(LinearAxis, LabelsVeryLargeAndSmallNumbersByOnePowerOfTen) {
  EXPECT_EQ(labels_of(0, 4e-7, false), (Labels{"0", "1·10⁻⁷", "2·10⁻⁷", "3·10⁻⁷", "4·10⁻⁷"}));
  EXPECT_EQ(labels_of(1e6, 2.5e6, false), (Labels{"1.0·10⁶", "1.5·10⁶", "2.0·10⁶", "2.5·10⁶"}));
}

TEST(LogAxis, LabelsDecadesAndMarksTheirMultiples) {
  const Axis axis = make_axis({0.001, 1}, true);
  EXPECT_EQ(labels_of(0.001, 1, true), (Labels{"0.001", "0.01", "0.1", "1"}));
  EXPECT_EQ(axis.ticks.size(), 3U * 9 + 1);
  EXPECT_NEAR(axis.position(0.01), 1.0 / 3, kRounding);
}

TEST(LogAxis, LabelsPowersWhereNumbersWouldBeLong) {
  EXPECT_EQ(labels_of(1e-6, 1e-3, true), (Labels{"10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³"}));
  EXPECT_EQ(labels_of(2e-6, 2e-5, true), (Labels{"2·10⁻⁶", "5·10⁻⁶", "10⁻⁵", "2·10⁻⁵"}));
}

TEST(LogAxis, SkipsDecadesWhenThereAreMany) {
  EXPECT_EQ(labels_of(1e-12, 1, true),
            (Labels{"10⁻¹²", "10⁻¹⁰", "10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"}));
}

TEST(LogAxis, LabelsOneTwoAndFiveInFewDecades) {
  EXPECT_EQ(labels_of(0.09, 1, true), (Labels{"0.1", "0.2", "0.5", "1"}));
}

TEST(LogAxis, HasEqualStepsInLessThanADecade) {
  EXPECT_EQ(labels_of(0.093, 0.12, true),
            (Labels{"0.095", "0.100", "0.105", "0.110", "0.115", "0.120"}));
}

TEST(Axis, OfARangeWithoutExtentSurroundsIt) {
  for (const bool logarithmic : {false, true}) {
    for (const double value : {1e-99, 0.5, 7.0, 1e99}) {
      const Axis axis = make_axis({value, value}, logarithmic);
      EXPECT_GT(axis.position(value), 0.1);
      EXPECT_LT(axis.position(value), 0.9);
      EXPECT_GE(labelled(axis).size(), 3U);
    }
  }
  EXPECT_EQ(make_axis({0, 0}, false).range.low, 0);
  EXPECT_EQ(make_axis({0, 0}, false).range.high, 1);
}

}  // namespace
}  // namespace tessera::report
