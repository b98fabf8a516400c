#include "tessera/config/interval_text.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera::config {
namespace {

/// Seconds of a unit; 0 for iterations, less for no unit at all.
double seconds_of(std::string_view unit) {
  return unit == "s" ? 1 : unit == "min" ? 60 : unit == "h" ? 3600 : unit == "it" ? 0 : -1;
}

}  // namespace

Interval parse_interval(std::string_view text) {
  if (text == "never") {
    return {};
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const double seconds =
      seconds_of({end, static_cast<std::size_t>(text.data() + text.size() - end)});
  const bool is_count = seconds == 0;
  const bool is_whole = value == std::floor(value) && value < 1e15;
  if (error != std::errc{} || !std::isfinite(value) || value <= 0 || seconds < 0 ||
      (is_count && !is_whole)) {
    throw UsageError(fmt::format(
        "'{}' is not an interval such as 5min, 90s, 2h, 50it (iterations) or never", text));
  }
  return is_count ? Interval{0, static_cast<Index>(value)} : Interval{value * seconds, 0};
}

}  // namespace tessera::config
