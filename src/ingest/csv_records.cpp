#include "tessera/ingest/csv_records.hpp"

#include <algorithm>
#include <array>

namespace tessera::ingest {
namespace {

/// The place of the quote that ends the field which begins behind the first quote of the text; npos
/// if there is none. Sets `doubled` if there are doubled quotes before it.
std::size_t find_closing_quote(std::string_view text, bool& doubled) {
  std::size_t at = text.find('"', 1);
  while (at != std::string_view::npos && at + 1 < text.size() && text[at + 1] == '"') {
    doubled = true;
    at = text.find('"', at + 2);
  }
  return at;
}

std::string undouble(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    plain += text[at];
    at += text[at] == '"' ? 1 : 0;
  }
  return plain;
}

}  // namespace

CsvRecords::CsvRecords(const io::TextChunk& rows, CsvDialect dialect)
    : rest_(rows.text), dialect_(dialect), next_line_(rows.first_line) {}

bool CsvRecords::next() {
  fields_.clear();
  unescaped_.clear();
  if (!skip_blank_lines()) {
    return false;
  }
  line_ = next_line_;
  row_ended_ = false;
  while (!row_ended_) {
    take_field();
  }
  return true;
}

/// False at the end of the text.
bool CsvRecords::skip_blank_lines() {
  while (rest_.starts_with('\n') || rest_.starts_with("\r\n")) {
    static_cast<void>(io::take_line(rest_));
    ++next_line_;
  }
  return !rest_.empty();
}

/// Takes a field and the delimiter or line end behind it.
void CsvRecords::take_field() {
  const bool quoted = dialect_.quotes && rest_.starts_with('"');
  fields_.push_back(quoted ? take_quoted() : take_plain());
  if (rest_.starts_with(dialect_.delimiter)) {
    rest_.remove_prefix(1);
    return;
  }
  row_ended_ = true;
  static_cast<void>(rest_.empty() ? rest_ : io::take_line(rest_));
  ++next_line_;
}

std::string_view CsvRecords::take_quoted() {
  bool doubled = false;
  const std::size_t close = find_closing_quote(rest_, doubled);
  if (close == std::string_view::npos) {
    throw io::LineError(line_, "a quoted field does not end: " + io::excerpt(rest_) +
                                   ". If quotes are characters like others here, give --no-quotes");
  }
  const std::string_view inner = rest_.substr(1, close - 1);
  rest_.remove_prefix(close + 1);
  next_line_ += io::count_newlines(inner);
  if (!rest_.empty() && rest_.front() != dialect_.delimiter && rest_.front() != '\n' &&
      !rest_.starts_with("\r\n")) {
    throw io::LineError(line_, "there is text behind a quoted field: " + io::excerpt(rest_) +
                                   ". Quotes within a field must be doubled; if quotes are "
                                   "characters like others here, give --no-quotes");
  }
  return doubled ? unescaped_.emplace_back(undouble(inner)) : inner;
}

std::string_view CsvRecords::take_plain() {
  const std::array<char, 2> ends = {dialect_.delimiter, '\n'};
  const std::size_t length =
      std::min(rest_.find_first_of(std::string_view(ends.data(), ends.size())), rest_.size());
  std::string_view field = rest_.substr(0, length);
  rest_.remove_prefix(length);
  if (rest_.starts_with('\n') && field.ends_with('\r')) {
    field.remove_suffix(1);
  }
  if (dialect_.quotes && field.find('"') != std::string_view::npos) {
    throw io::LineError(line_, "there is a quote within a field that does not begin with one: " +
                                   io::excerpt(field) +
                                   ". If quotes are characters like others here, give --no-quotes");
  }
  return field;
}

char find_delimiter(std::string_view text) {
  constexpr std::array<char, 3> kDelimiters = {',', ';', '\t'};
  std::array<Index, 3> counts{};
  bool quoted = false;
  for (const char character : text) {
    quoted = quoted != (character == '"');
    if (character == '\n' && !quoted) {
      break;
    }
    for (std::size_t i = 0; i < kDelimiters.size(); ++i) {
      counts[i] += !quoted && character == kDelimiters[i] ? 1 : 0;
    }
  }
  return kDelimiters[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

}  // namespace tessera::ingest
