#include "tessera/config/term_text.hpp"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

DocumentBound parse_document_bound(std::string_view text) {
  if (const auto documents = parse_number<Index>(text); documents && *documents >= 0) {
    return {static_cast<double>(*documents), false};
  }
  const auto share = parse_number<double>(text);
  if (!share || text.find_first_of(".e") == std::string_view::npos || !(*share >= 0) ||
      !(*share <= 1)) {
    throw UsageError(
        fmt::format("'{}' is neither a number of documents such as 3 nor a share of them from 0.0 "
                    "to 1.0",
                    text));
  }
  return {*share, true};
}

NgramLengths parse_ngrams(std::string_view text) {
  constexpr Index kLongest = 100;
  const std::size_t colon = text.find(':');
  const auto shortest = parse_number<Index>(text.substr(0, colon));
  const auto longest =
      colon == std::string_view::npos ? shortest : parse_number<Index>(text.substr(colon + 1));
  if (!shortest || !longest || *shortest < 1 || *longest < *shortest || *longest > kLongest) {
    throw UsageError(
        fmt::format("'{}' is not two numbers of words such as 1:2, of which the second is not "
                    "smaller and at most {}",
                    text, kLongest));
  }
  return {*shortest, *longest};
}

}  // namespace tessera
