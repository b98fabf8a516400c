#pragma once

#include <cstddef>
#include <vector>

namespace tessera::report {

/// A place on the paper, in units of the picture, y downwards.
struct Point {
  double x = 0;
  double y = 0;
  friend bool operator==(Point, Point) = default;
};

/// At most `limit` of the points, in order, that draw nearly the same line: always the first, the
/// last and one of the highest and of the lowest, then, one by one, the point that is farthest from
/// the line through those kept, until none is farther than `tolerance`. Source: Douglas & Peucker,
/// Cartographica 10 (1973), with the farthest point of the whole line first. @pre limit >= 4.
[[nodiscard]] std::vector<Point> thin(const std::vector<Point>& points, std::size_t limit,
                                      double tolerance);

/// Length of the line through the points.
[[nodiscard]] double length(const std::vector<Point>& points);

/// Places on the line through the points: `phase` from its begin, then every `spacing` along it,
/// but none nearer than half a spacing to the end; and the end. @pre spacing > 0, phase >= 0.
[[nodiscard]] std::vector<Point> places_along(const std::vector<Point>& points, double phase,
                                              double spacing);

}  // namespace tessera::report
