#include "tessera/ingest/tokenizer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
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

/// What a byte becomes within a word; 0 if it ends one.
using AsciiTable = std::array<char, 256>;

constexpr AsciiTable make_ascii_table(bool lower) {
  AsciiTable table{};
  for (char c = '0'; c <= '9'; ++c) {
    table[static_cast<unsigned char>(c)] = c;
  }
  for (char c = 'a'; c <= 'z'; ++c) {
    table[static_cast<unsigned char>(c)] = c;
    const char upper = static_cast<char>(c - 'a' + 'A');
    table[static_cast<unsigned char>(upper)] = lower ? c : upper;
  }
  table['_'] = '_';
  return table;
}

constexpr AsciiTable kLowered = make_ascii_table(true);
constexpr AsciiTable kKept = make_ascii_table(false);

/// Characters that are looked at together.
constexpr std::size_t kBlock = 64;

/// Maps up to kBlock characters; returns a bit for each that belongs to a word.
std::uint64_t map_block(std::string_view block, const AsciiTable& table, char* mapped) {
  std::uint64_t in_word = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    mapped[i] = table[static_cast<unsigned char>(block[i])];
    in_word |= std::uint64_t{mapped[i] != 0} << i;
  }
  return in_word;
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

void append_character(UChar32 character, std::string& text) {
  std::array<char, U8_MAX_LENGTH> bytes{};
  std::size_t length = 0;
  U8_APPEND_UNSAFE(bytes.data(), length, character);
  text.append(bytes.data(), length);
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
  const AsciiTable& table = letter_case_ == CaseMapping::keep ? kKept : kLowered;
  const std::span<char> mapped = words.draft(text.size());
  const auto take_word = [&](std::size_t begin, std::size_t end) {
    if (static_cast<Index>(end - begin) >= min_length_) {
      words.append_draft(begin, end);
      keep_unless_stopped(words);
    }
  };
  bool inside = false;  // of a word, at the place that was looked at last
  std::size_t begin = 0;
  for (std::size_t block = 0; block < text.size(); block += kBlock) {
    const std::uint64_t in_word = map_block(text.substr(block, kBlock), table, &mapped[block]);
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
  Index characters = 0;
  for (std::int32_t at = 0; at < length;) {
    UChar32 character = 0;
    U16_NEXT(units, at, length, character);
    if (in_words.contains(character) != 0) {
      append_character(character, words.text());
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
