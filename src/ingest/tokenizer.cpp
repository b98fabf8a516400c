#include "tessera/ingest/tokenizer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "tessera/core/error.hpp"
#include "tessera/ingest/utf8_decoder.hpp"

namespace tessera::ingest {
namespace {

void check(UErrorCode status, const char* call) {
  if (U_FAILURE(status) != 0) {
    throw Error(ExitCode::other, std::string(call) + " failed: " + u_errorName(status));
  }
}

/// Letters, what has a numeric value, and the underscore.
const icu::UnicodeSet& word_characters() {
  static const icu::UnicodeSet characters = [] {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeSet set(u"[[:L:][:nt=Decimal:][:nt=Digit:][:nt=Numeric:]_]", status);
    check(status, "icu::UnicodeSet");
    set.freeze();
    return set;
  }();
  return characters;
}

/// Characters that are looked at together.
constexpr std::size_t kBlock = 64;

/// A bit for each of eight bytes that are 0 or 1, the first one's the lowest.
std::uint64_t gather_bits(const std::uint8_t* flags) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, flags, sizeof(bytes));
  if constexpr (std::endian::native == std::endian::big) {
    bytes = __builtin_bswap64(bytes);
  }
  // Moves the bit of byte i to place 56 + i; what else comes about lies below or falls off.
  constexpr std::uint64_t kMoves = 0x0102040810204080U;
  return bytes * kMoves >> 56U;
}

/// Maps kBlock ASCII characters; returns a bit for each that belongs to a word.
template <bool lower>
std::uint64_t map_block(const char* block, char* mapped) {
  std::array<std::uint8_t, kBlock> in_word;
  for (std::size_t i = 0; i < kBlock; ++i) {  // without branches, so that compilers vectorize
    const auto c = static_cast<std::uint8_t>(block[i]);
    const std::uint8_t small = c | 0x20U;
    const bool letter = static_cast<std::uint8_t>(small - 'a') < 26;
    const bool digit = static_cast<std::uint8_t>(c - '0') < 10;
    in_word[i] = static_cast<std::uint8_t>(letter | digit | (c == '_'));
    mapped[i] = static_cast<char>(lower && letter ? small : c);
  }
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kBlock; i += 8) {
    bits |= gather_bits(&in_word[i]) << i;
  }
  return bits;
}

constexpr std::string_view kAsciiSpace = " \t\n\v\f\r";

icu::UnicodeString normalize(icu::UnicodeString text, UnicodeForm form) {
  if (form == UnicodeForm::none) {
    return text;
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = form == UnicodeForm::nfc
                                           ? icu::Normalizer2::getNFCInstance(status)
                                           : icu::Normalizer2::getNFKCInstance(status);
  check(status, "icu::Normalizer2");
  icu::UnicodeString normalized = normalizer->normalize(text, status);
  check(status, "icu::Normalizer2::normalize");
  return normalized;
}

void map_case(icu::UnicodeString& text, CaseMapping mapping) {
  if (mapping == CaseMapping::lower) {
    text.toLower(icu::Locale::getRoot());
  } else if (mapping == CaseMapping::fold) {
    text.foldCase();
  }
}

void append_character(UChar32 character, Tokens& words) {
  std::array<char, U8_MAX_LENGTH> bytes{};
  std::size_t length = 0;
  U8_APPEND_UNSAFE(bytes.data(), length, character);
  words.append({bytes.data(), length});
}

}  // namespace

Tokenizer::Tokenizer(const TermOptions& options, WordSet stop_words)
    : letter_case_(options.letter_case),
      unicode_form_(options.unicode_form),
      min_length_(options.min_length),
      stop_words_(std::move(stop_words)) {}

void Tokenizer::append_words(std::string_view text, Tokens& words) const {
  // Forms and cases never reach across ASCII white space, so what lies between is looked at by
  // itself, and only what holds more than ASCII goes the slow way.
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t wide = find_non_ascii(text, begin);
    if (wide == text.size()) {
      break;
    }
    const std::size_t blank = text.find_last_of(kAsciiSpace, wide);
    const std::size_t first = blank == std::string_view::npos ? begin : std::max(begin, blank);
    const std::size_t end = std::min(text.find_first_of(kAsciiSpace, wide), text.size());
    append_ascii(text.substr(begin, first - begin), words);
    append_unicode(text.substr(first, end - first), words);
    begin = end;
  }
  append_ascii(text.substr(begin), words);
}

void Tokenizer::append_ascii(std::string_view text, Tokens& words) const {
  // A branch for each character would be guessed wrongly at both ends of most words. So the
  // characters of a block are mapped first, and only the places where words begin and end are
  // visited.
  const auto map = letter_case_ == CaseMapping::keep ? map_block<false> : map_block<true>;
  const std::span<char> mapped = words.draft(text.size() + kBlock);
  words.reserve(text.size() + 1);
  const auto take_word = [&](std::size_t begin, std::size_t end) {
    if (static_cast<Index>(end - begin) >= min_length_) {
      words.append_draft(begin, end);
      keep_unless_stopped(words);
    }
  };
  bool inside = false;  // of a word, at the place that was looked at last
  std::size_t begin = 0;
  for (std::size_t block = 0; block < text.size(); block += kBlock) {
    std::array<char, kBlock> padded{};
    const bool whole = block + kBlock <= text.size();
    if (!whole) {
      text.copy(padded.data(), kBlock, block);
    }
    const std::uint64_t in_word = map(whole ? &text[block] : padded.data(), &mapped[block]);
    std::uint64_t edges = in_word ^ (in_word << 1U | (inside ? 1U : 0U));
    for (; edges != 0; edges &= edges - 1) {
      const std::size_t at = block + static_cast<std::size_t>(std::countr_zero(edges));
      if (inside) {
        take_word(begin, at);
      }
      begin = at;
      inside = !inside;
    }
  }
  if (inside) {
    take_word(begin, text.size());
  }
}

void Tokenizer::append_unicode(std::string_view text, Tokens& words) const {
  icu::UnicodeString wide =
      normalize(icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())}),
                unicode_form_);
  map_case(wide, letter_case_);
  const icu::UnicodeSet& in_words = word_characters();
  const char16_t* const units = wide.getBuffer();
  const std::int32_t length = wide.length();
  // A unit is at most three bytes of UTF-8, and every word is followed by a blank.
  words.reserve(4 * static_cast<std::size_t>(length) + 1);
  Index characters = 0;
  for (std::int32_t at = 0; at < length;) {
    UChar32 character = 0;
    U16_NEXT(units, at, length, character);
    if (in_words.contains(character) != 0) {
      append_character(character, words);
      ++characters;
    } else {
      end_word(std::exchange(characters, 0), words);
    }
  }
  end_word(characters, words);
}

void Tokenizer::end_word(Index characters, Tokens& words) const {
  if (characters < min_length_) {
    words.drop_unfinished();
  } else {
    keep_unless_stopped(words);
  }
}

void Tokenizer::keep_unless_stopped(Tokens& words) const {
  if (!stop_words_.empty() && stop_words_.contains(words.unfinished())) {
    words.drop_unfinished();
  } else {
    words.keep_unfinished();
  }
}

}  // namespace tessera::ingest
