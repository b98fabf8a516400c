#include "tessera/report/curve.hpp"

#include <algorithm>
#include <cmath>
#include <queue>
#include <set>

namespace tessera::report {
namespace {

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

Point between(Point a, Point b, double share) {
  return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
}

double distance_to_line(Point point, Point begin, Point end) {
  const double dx = end.x - begin.x;
  const double dy = end.y - begin.y;
  const double length_squared = dx * dx + dy * dy;
  if (length_squared == 0) {
    return distance(point, begin);
  }
  const double along = ((point.x - begin.x) * dx + (point.y - begin.y) * dy) / length_squared;
  return distance(point, between(begin, end, std::clamp(along, 0.0, 1.0)));
}

/// A piece of line between two kept points, and what it misses most.
struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t farthest = 0;
  double missed = 0;

  Piece(const std::vector<Point>& points, std::size_t first, std::size_t last)
      : begin(first), end(last), farthest(first) {
    for (std::size_t i = first + 1; i < last; ++i) {
      const double deviation = distance_to_line(points[i], points[first], points[last]);
      if (deviation > missed) {
        missed = deviation;
        farthest = i;
      }
    }
  }

  friend bool operator<(const Piece& left, const Piece& right) {
    return left.missed < right.missed;
  }
};

}  // namespace

std::vector<Point> thin(const std::vector<Point>& points, std::size_t limit, double tolerance) {
  if (points.empty()) {
    return {};
  }
  const auto [low, high] = std::ranges::minmax_element(points, {}, &Point::y);
  std::set<std::size_t> kept = {0, static_cast<std::size_t>(low - points.begin()),
                                static_cast<std::size_t>(high - points.begin()), points.size() - 1};
  std::priority_queue<Piece> pieces;
  for (auto next = std::next(kept.begin()); next != kept.end(); ++next) {
    pieces.emplace(points, *std::prev(next), *next);
  }
  while (kept.size() < limit && !pieces.empty() && pieces.top().missed > tolerance) {
    const Piece worst = pieces.top();
    pieces.pop();
    kept.insert(worst.farthest);
    pieces.emplace(points, worst.begin, worst.farthest);
    pieces.emplace(points, worst.farthest, worst.end);
  }
  std::vector<Point> thinned;
  thinned.reserve(kept.size());
  for (const std::size_t i : kept) {
    thinned.push_back(points[i]);
  }
  return thinned;
}

double length(const std::vector<Point>& points) {
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    sum += distance(points[i - 1], points[i]);
  }
  return sum;
}

std::vector<Point> places_along(const std::vector<Point>& points, double phase, double spacing) {
  std::vector<Point> places;
  if (points.empty()) {
    return places;
  }
  double to_next = phase;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double step = distance(points[i - 1], points[i]);
    for (; to_next < step; to_next += spacing) {
      places.push_back(between(points[i - 1], points[i], to_next / step));
    }
    to_next -= step;
  }
  std::erase_if(places, [&](Point place) { return distance(place, points.back()) < spacing / 2; });
  places.push_back(points.back());
  return places;
}

}  // namespace tessera::report
