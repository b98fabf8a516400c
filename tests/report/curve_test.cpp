#include "tessera/report/curve.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace tessera::report {
namespace {

constexpr std::size_t kLimit = 400;
constexpr double kTolerance = 0.1;
constexpr double kRounding = 1e-9;

template <class Function>
std::vector<Point> sampled(int count, Function&& y_of) {
  std::vector<Point> points;
  for (int i = 0; i < count; ++i) {
    const double x = 500.0 * i / std::max(count - 1, 1);
    points.push_back({x, y_of(x)});
  }
  return points;
}

double height_at(const std::vector<Point>& line, double x) {
  const auto right = std::ranges::find_if(line, [x](Point point) { return point.x >= x; });
  if (right == line.begin()) {
    return right->y;
  }
  const Point left = *std::prev(right);
  return left.y + (right->y - left.y) * (x - left.x) / (right->x - left.x);
}

double highest(const std::vector<Point>& points) {
  return std::ranges::max(points, {}, &Point::y).y;
}

double lowest(const std::vector<Point>& points) {
  return std::ranges::min(points, {}, &Point::y).y;
}

TEST(Thin, DrawsASmoothCurveWithFewPoints) {
  const auto curve = sampled(20'000, [](double x) { return 300 / (1 + x / 10); });
  const auto thinned = thin(curve, kLimit, kTolerance);
  EXPECT_LT(thinned.size(), 100U);
  for (const auto& point : curve) {
    // The distance to the line is at most the tolerance; the slope is at most 30.
    EXPECT_NEAR(height_at(thinned, point.x), point.y, 31 * kTolerance);
  }
}

TEST(Thin, KeepsEndsAndExtremesOfANoisyCurve) {
  std::mt19937 generator(3);
  std::normal_distribution<double> noise(0, 20);
  const auto curve = sampled(5'000, [&](double) { return noise(generator); });
  for (const std::size_t limit : {std::size_t{4}, std::size_t{5}, kLimit}) {
    const auto thinned = thin(curve, limit, kTolerance);
    EXPECT_EQ(thinned.size(), limit);
    EXPECT_EQ(thinned.front(), curve.front());
    EXPECT_EQ(thinned.back(), curve.back());
    EXPECT_EQ(highest(thinned), highest(curve));
    EXPECT_EQ(lowest(thinned), lowest(curve));
  }
}

TEST(Thin, KeepsASinglePeak) {
  auto curve = sampled(10'001, [](double) { return 0.0; });
  curve[1234].y = 50;
  EXPECT_EQ(thin(curve, kLimit, kTolerance),
            (std::vector<Point>{curve[0], curve[1233], curve[1234], curve[1235], curve[10'000]}));
}

TEST(Thin, LeavesShortAndDegenerateLinesAlone) {
  EXPECT_TRUE(thin({}, kLimit, kTolerance).empty());
  EXPECT_EQ(thin({{1, 2}}, kLimit, kTolerance), (std::vector<Point>{{1, 2}}));
  EXPECT_EQ(thin({{1, 2}, {1, 2}, {1, 2}}, kLimit, kTolerance),
            (std::vector<Point>{{1, 2}, {1, 2}}));
  const std::vector<Point> vertical = {{1, 5}, {1, 9}, {1, 0}, {1, 3}};
  EXPECT_EQ(thin(vertical, kLimit, kTolerance), vertical);
}

TEST(Length, IsTheSumOverThePieces) {
  EXPECT_EQ(length({}), 0);
  EXPECT_EQ(length({{1, 1}}), 0);
  EXPECT_NEAR(length({{0, 0}, {3, 4}, {3, 10}}), 11, kRounding);
}

TEST(PlacesAlong, StandAtEqualDistancesAndAtTheEnd) {
  const std::vector<Point> corner = {{0, 0}, {25, 0}, {25, 30}};
  const auto places = places_along(corner, 5, 10);
  const std::vector<Point> expected = {{5, 0}, {15, 0}, {25, 0}, {25, 10}, {25, 20}, {25, 30}};
  ASSERT_EQ(places.size(), expected.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_NEAR(places[i].x, expected[i].x, kRounding);
    EXPECT_NEAR(places[i].y, expected[i].y, kRounding);
  }
}

TEST(PlacesAlong, KeepAwayFromTheEnd) {
  EXPECT_EQ(places_along({{0, 0}, {22, 0}}, 0, 10), (std::vector<Point>{{0, 0}, {10, 0}, {22, 0}}));
}

TEST(PlacesAlong, OfOnePointAreThePoint) {
  EXPECT_EQ(places_along({{3, 4}}, 0, 10), (std::vector<Point>{{3, 4}}));
  EXPECT_TRUE(places_along({}, 0, 10).empty());
}

}  // namespace
}  // namespace tessera::report
