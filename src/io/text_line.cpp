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
