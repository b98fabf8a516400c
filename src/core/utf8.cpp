#include "tessera/core/utf8.hpp"

#include <array>

namespace tessera {
namespace {

/// Whether a number belongs to a character, rather than to half of one in UTF-16.
bool is_character(std::uint32_t point) {
  constexpr std::uint32_t kFirstHalf = 0xd800;
  constexpr std::uint32_t kLastHalf = 0xdfff;
  constexpr std::uint32_t kLast = 0x10ffff;
  return point <= kLast && (point < kFirstHalf || point > kLastHalf);
}

}  // namespace

std::uint32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) {
    return first;
  }
  std::uint32_t point = first & (0x7fU >> character.size());
  for (const char next : character.substr(1)) {
    point = point << 6U | (static_cast<unsigned char>(next) & 0x3fU);
  }
  return point;
}

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc0 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf8 ? 4
                                            : 0;
  if (length == 0 || length > text.size()) {
    return 0;
  }
  for (std::size_t at = 1; at < length; ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U) {
      return 0;
    }
  }
  // A longer form of a character than it needs would hide a control character.
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const std::uint32_t point = code_point(text.substr(0, length));
  return point < kLeast[length] || !is_character(point) ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

std::string utf8_from_latin1(std::string_view text) {
  std::string converted;
  converted.reserve(text.size());
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x80) {
      converted += character;
    } else {
      converted += static_cast<char>(0xc0U | byte >> 6U);
      converted += static_cast<char>(0x80U | (byte & 0x3fU));
    }
  }
  return converted;
}

}  // namespace tessera
