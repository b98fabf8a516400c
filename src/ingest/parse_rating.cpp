#include "tessera/ingest/parse_rating.hpp"

#include <cmath>

#include <fmt/format.h>

#include "tessera/io/text_fields.hpp"

namespace tessera::ingest {
namespace {

constexpr std::size_t kUser = 0;
constexpr std::size_t kItem = 1;
constexpr std::size_t kValue = 2;
constexpr std::size_t kTime = 3;

/// A finite number in one of the columns.
double number_of(const DelimitedLayout& layout, const io::TextLine& line,
                 const std::vector<std::string_view>& fields, std::size_t column,
                 std::string_view what) {
  const std::string text =
      field_text(fields[static_cast<std::size_t>(layout.columns[column])], layout.delimiter);
  const auto value = io::to_real(text);
  if (!value || !std::isfinite(*value)) {
    throw io::LineError(line.number, fmt::format("the {} {} is not a number, in {}", what,
                                                 io::excerpt(text), io::excerpt(line.text)));
  }
  return *value;
}

}  // namespace

RatingIds parse_rating(const DelimitedLayout& layout, const io::TextLine& line,
                       std::vector<std::string_view>& fields, Rating& rating) {
  split_line(layout, line, fields);
  RatingIds ids{id_of(layout, line, fields, kUser, "the user"),
                id_of(layout, line, fields, kItem, "the item")};
  rating.line = line.number;
  if (layout.columns.size() > kValue) {
    rating.value = number_of(layout, line, fields, kValue, "rating");
    if (rating.value <= 0) {
      throw io::LineError(
          line.number,
          fmt::format("the rating {} is not above 0, in {}. In the matrix 0 means no rating: leave "
                      "such lines out, or shift all ratings up, as 0..10 to 1..11",
                      rating.value, io::excerpt(line.text)));
    }
  }
  if (layout.columns.size() > kTime) {
    rating.time = number_of(layout, line, fields, kTime, "time");
  }
  return ids;
}

}  // namespace tessera::ingest
