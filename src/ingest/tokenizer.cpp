#include "tessera/ingest/tokenizer.hpp"

#include <algorithm>
#include <array>
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
  const AsciiTable& table = letter_case_ == CaseMapping::keep ? kKept : kLowered;
  std::string& out = words.text();
  const auto mapped = [&](char c) { return table[static_cast<unsigned char>(c)]; };
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    at = std::find_if(at, end, [&](char c) { return mapped(c) != 0; });
    const char* const begin = at;
    at = std::find_if(at, end, [&](char c) { return mapped(c) == 0; });
    if (at - begin >= min_length_) {
      out.append(begin, at);
      std::transform(out.end() - (at - begin), out.end(), out.end() - (at - begin), mapped);
      end_word(at - begin, words);
    }
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
  if (characters < min_length_ ||
      (!stop_words_.empty() && stop_words_.contains(words.unfinished()))) {
    words.drop_unfinished();
  } else {
    words.keep_unfinished();
  }
}

}  // namespace tessera::ingest
