#pragma once

#include <string_view>

#include "tessera/core/types.hpp"

namespace tessera::config {

/// How often something is done; both 0: never.
struct Interval {
  double seconds = 0;
  Index iterations = 0;
};

/// The interval that a text such as 5min, 90s, 2h or 50it means, or "never".
/// @throws UsageError if it is something else, or not above 0.
[[nodiscard]] Interval parse_interval(std::string_view text);

}  // namespace tessera::config
