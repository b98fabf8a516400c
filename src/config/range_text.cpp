#include "tessera/config/range_text.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera::config {
namespace {

/// A whole number of at least 0, or `missing` for an empty text.
std::optional<Index> parse_end(std::string_view text, Index missing) {
  if (text.empty()) {
    return missing;
  }
  Index value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) {
    return std::nullopt;
  }
  return value;
}

/// A finite number, or `missing` for an empty text.
std::optional<double> parse_limit(std::string_view text, double missing) {
  if (text.empty()) {
    return missing;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Range parse_range(std::string_view text, Index limit) {
  if (text.empty()) {
    return {0, limit};
  }
  const auto colon = text.find(':');
  const auto begin = parse_end(text.substr(0, colon), 0);
  const auto end =
      colon == std::string_view::npos ? std::nullopt : parse_end(text.substr(colon + 1), limit);
  if (!begin || !end) {
    throw UsageError(fmt::format(
        "'{}' is not a range a:b such as 10:20 (from 10 up to, but without, 20)", text));
  }
  if (*end > limit || *begin >= *end) {
    throw UsageError(
        fmt::format("the range {} is empty or exceeds what there is, 0:{}", text, limit));
  }
  return {*begin, *end};
}

Clip parse_clip(std::string_view text) {
  Clip clip;
  if (text.empty()) {
    return clip;
  }
  const auto colon = text.find(':');
  const auto minimum = parse_limit(text.substr(0, colon), clip.minimum);
  const auto maximum = colon == std::string_view::npos
                           ? std::nullopt
                           : parse_limit(text.substr(colon + 1), clip.maximum);
  if (!minimum || !maximum || !(*minimum < *maximum)) {
    throw UsageError(
        fmt::format("'{}' is not a range MIN:MAX such as 1:5, with MIN below MAX", text));
  }
  return {*minimum, *maximum};
}

}  // namespace tessera::config
