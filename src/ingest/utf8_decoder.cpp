#include "tessera/ingest/utf8_decoder.hpp"

#include <cstdint>
#include <cstring>

#include <fmt/format.h>
#include <unicode/utf8.h>

#include "tessera/core/utf8.hpp"
#include "tessera/io/text_line.hpp"

namespace tessera::ingest {
namespace {

/// Takes the character at `at`, which is moved behind it; negative if it is malformed.
UChar32 next_character(std::string_view text, std::size_t& at) {
  auto place = static_cast<std::int32_t>(at);
  const auto length = static_cast<std::int32_t>(text.size());
  UChar32 character = 0;
  // The macro's own arithmetic narrows int to uint8_t.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
  U8_NEXT(text.data(), place, length, character);
#pragma GCC diagnostic pop
  at = static_cast<std::size_t>(place);
  return character;
}

void append_malformed(std::string_view bytes, EncodingErrors policy, std::string& text) {
  if (policy == EncodingErrors::replace) {
    text += "\xef\xbf\xbd";
  } else if (policy == EncodingErrors::latin1) {
    text += utf8_from_latin1(bytes);
  }
}

}  // namespace

std::size_t find_non_ascii(std::string_view text, std::size_t at) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::uint64_t word = 0;
  while (at + sizeof(word) <= text.size()) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) {
      break;
    }
    at += sizeof(word);
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80U) {
    ++at;
  }
  return at;
}

std::size_t find_malformed(std::string_view text) {
  for (std::size_t at = find_non_ascii(text, 0); at < text.size(); at = find_non_ascii(text, at)) {
    const std::size_t begin = at;
    if (next_character(text, at) < 0) {
      return begin;
    }
  }
  return std::string_view::npos;
}

std::string repair_utf8(std::string_view text, EncodingErrors policy) {
  std::string repaired;
  repaired.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const bool malformed = next_character(text, at) < 0;
    const std::string_view bytes = text.substr(begin, at - begin);
    if (malformed) {
      append_malformed(bytes, policy, repaired);
    } else {
      repaired += bytes;
    }
  }
  return repaired;
}

std::string_view Utf8Decoder::decode(std::string_view bytes, const BytesPlace& place) {
  const std::size_t wrong = find_malformed(bytes);
  if (wrong == std::string_view::npos) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    return bytes.substr(bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  }
  if (policy_ == EncodingErrors::error) {
    const std::string what = fmt::format(
        "byte {} (0x{:02x}) is not UTF-8. Convert the text, or say by --encoding-errors "
        "latin1, replace or ignore what becomes of such bytes",
        wrong + 1, static_cast<unsigned char>(bytes[wrong]));
    if (place.line > 0) {
      throw io::LineError(place.line, what);
    }
    throw InputError(fmt::format("'{}', {}", place.file, what));
  }
  ++repaired_;
  if (place.order < first_order_) {
    first_order_ = place.order;
    const std::string line = place.line > 0 ? fmt::format("line {}, ", place.line) : "";
    first_repaired_ = fmt::format("'{}', {}byte {}", place.file, line, wrong + 1);
  }
  buffer_ = repair_utf8(bytes, policy_);
  return buffer_;
}

}  // namespace tessera::ingest
