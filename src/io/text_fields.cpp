#include "tessera/io/text_fields.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace tessera::io {
namespace {

/// std::from_chars takes no plus sign, but files have it.
std::string_view without_plus(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  return plus ? text.substr(1) : text;
}

/// std::from_chars does not say whether a number is too large or too small: only a negative
/// exponent makes it too small.
bool is_underflow(std::string_view text) {
  return text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
}

}  // namespace

std::optional<Index> to_index(std::string_view text) {
  text = without_plus(text);
  Index value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> to_real(std::string_view text) {
  text = without_plus(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range) {
    return is_underflow(text) ? std::optional(0.0) : std::nullopt;
  }
  return value;
}

FieldReader::FieldReader(const TextLine& line, Separator separator)
    : line_(line), rest_(trim(line.text)), separator_(separator) {}

bool FieldReader::ends_field(char character) const {
  return character == ' ' || character == '\t' ||
         (character == ',' && separator_ == Separator::blanks_or_comma);
}

void FieldReader::skip_separator() {
  rest_ = trim(rest_);
  if (separator_ == Separator::blanks_or_comma && rest_.starts_with(',')) {
    rest_ = trim(rest_.substr(1));
    if (rest_.empty()) {
      fail("the line ends with a comma");
    }
  }
}

std::string_view FieldReader::next(std::string_view what) {
  const auto end =
      std::ranges::find_if(rest_, [&](char character) { return ends_field(character); });
  const std::string_view field = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
  if (field.empty()) {
    fail(std::string(what) + " is missing");
  }
  rest_.remove_prefix(field.size());
  skip_separator();
  return field;
}

Index FieldReader::next_index(std::string_view what) {
  const std::string_view field = next(what);
  const std::optional<Index> value = to_index(field);
  if (!value) {
    fail(std::string(what) + " " + excerpt(field) + " is not an integer of 64 bits");
  }
  return *value;
}

double FieldReader::next_real(std::string_view what) {
  const std::string_view field = next(what);
  const std::optional<double> value = to_real(field);
  if (!value) {
    fail(std::string(what) + " " + excerpt(field) + " is not a number");
  }
  return *value;
}

void FieldReader::expect_end() const {
  if (!at_end()) {
    fail("there is more than expected, from " + excerpt(rest_));
  }
}

void FieldReader::fail(const std::string& what) const {
  throw LineError(line_.number, what + ", in " + excerpt(line_.text));
}

}  // namespace tessera::io
