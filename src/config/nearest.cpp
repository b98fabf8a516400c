#include "tessera/config/nearest.hpp"

#include <algorithm>

namespace tessera::config {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // distance(i, j) is that of the first i characters of a and the first j of b.
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> table((a.size() + 1) * width);
  const auto distance = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return table[i * width + j];
  };
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        distance(i, j) = i + j;
        continue;
      }
      const std::size_t replaced = distance(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      distance(i, j) = std::min({replaced, distance(i - 1, j) + 1, distance(i, j - 1) + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        distance(i, j) = std::min(distance(i, j), distance(i - 2, j - 2) + 1);
      }
    }
  }
  return table.back();
}

std::string_view nearest(std::string_view text, const std::vector<std::string_view>& candidates) {
  return *std::ranges::min_element(
      candidates, {}, [&](std::string_view candidate) { return edit_distance(text, candidate); });
}

}  // namespace tessera::config
