#include "tessera/io/text_line.hpp"

#include <algorithm>

namespace tessera::io {

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  constexpr char kHex[] = "0123456789abcdef";
  std::string shown = "'";
  for (const char character : text) {
    if (shown.size() > kLongest) {
      return shown + "...'";
    }
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= ' ' && byte < 0x7f) {
      shown += character;
    } else {
      shown += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 0xfU]};
    }
  }
  return shown + "'";
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

Index count_newlines(std::string_view text) { return std::ranges::count(text, '\n'); }

bool leaves_quote_open(std::string_view text) { return std::ranges::count(text, '"') % 2 != 0; }

std::size_t LineEndSearch::first(std::string_view piece) {
  if (ends_ == LineEnds::every) {
    const std::size_t end = piece.find('\n');
    return end == std::string_view::npos ? end : end + 1;
  }
  for (std::size_t at = 0; at < piece.size(); ++at) {
    inside_quotes_ = inside_quotes_ != (piece[at] == '"');
    if (piece[at] == '\n' && !inside_quotes_) {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

std::size_t LineEndSearch::last(std::string_view piece) {
  if (ends_ == LineEnds::every) {
    const std::size_t end = piece.rfind('\n');
    return end == std::string_view::npos ? end : end + 1;
  }
  std::size_t found = std::string_view::npos;
  for (std::size_t at = first(piece); at != std::string_view::npos;) {
    found = at;
    const std::size_t more = first(piece.substr(found));
    at = more == std::string_view::npos ? more : found + more;
  }
  return found;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace tessera::io
