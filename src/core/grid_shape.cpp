#include "tessera/core/grid_shape.hpp"

#include <charconv>
#include <cstdlib>
#include <tuple>

#include "tessera/core/error.hpp"

namespace tessera {
namespace {

std::optional<int> parse_count(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::string GridShape::to_string() const {
  return std::to_string(rows) + "x" + std::to_string(columns);
}

Index rows_moved(GridShape shape, Index m, Index n) {
  return 2 * ((shape.columns - 1) * m + (shape.rows - 1) * n);
}

GridShape choose_grid_shape(Index m, Index n, int p) {
  const auto cost = [&](GridShape shape) {
    const bool empty_blocks = shape.rows > m || shape.columns > n;
    return std::tuple(empty_blocks, rows_moved(shape, m, n), std::abs(shape.rows - shape.columns));
  };
  GridShape best{p, 1};
  for (int rows = 1; rows <= p; ++rows) {
    const GridShape shape{rows, p / rows};
    if (shape.size() == p && cost(shape) < cost(best)) {
      best = shape;
    }
  }
  return best;
}

std::optional<GridShape> parse_grid_shape(std::string_view text) {
  if (text == "auto") {
    return std::nullopt;
  }
  const auto cross = text.find('x');
  if (cross != std::string_view::npos) {
    const auto rows = parse_count(text.substr(0, cross));
    const auto columns = parse_count(text.substr(cross + 1));
    if (rows && columns) {
      return GridShape{*rows, *columns};
    }
  }
  throw UsageError("--grid takes auto or PRxPC such as 2x3, not '" + std::string(text) + "'");
}

}  // namespace tessera
