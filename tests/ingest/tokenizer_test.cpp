#include "tessera/ingest/tokenizer.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace tessera::ingest {
namespace {

using Words = std::vector<std::string>;

Words cut(std::string_view text, const TermOptions& options = {}, WordSet stop_words = {}) {
  Tokens tokens;
  tokens.clear();
  Tokenizer(options, std::move(stop_words)).append_words(text, tokens);
  Words words;
  for (Index word = 0; word < tokens.size(); ++word) {
    words.emplace_back(tokens.sequence(word, 1));
  }
  return words;
}

TEST(Tokenizer, CutsAsTheDefaultPatternOfScikitLearnDoes) {
  EXPECT_EQ(cut("The U.S. don't pay $4.50, a_b x2!"),
            (Words{"the", "don", "pay", "50", "a_b", "x2"}));
  EXPECT_EQ(cut(""), Words{});
  EXPECT_EQ(cut(" a b c "), Words{});
  EXPECT_EQ(cut("end"), Words{"end"});
}

TEST(Tokenizer, KnowsLettersAndDigitsOfAllScripts) {
  EXPECT_EQ(
      cut("Caf\u00e9\u2014\u00c9t\u00e9 \u041c\u0438\u0440 \u65e5\u672c \u0663\u0664 x\u00b2"),
      (Words{"caf\u00e9", "\u00e9t\u00e9", "\u043c\u0438\u0440", "\u65e5\u672c", "\u0663\u0664",
             "x\u00b2"}));
  // A combining accent is no letter, as for Python; NFC joins it to the letter before.
  EXPECT_EQ(cut("cafe\u0301s"), (Words{"cafe"}));
  EXPECT_EQ(cut("cafe\u0301s", {.unicode_form = UnicodeForm::nfc}), Words{"caf\u00e9s"});
  EXPECT_EQ(cut("\ufb01n \u2167x", {.unicode_form = UnicodeForm::nfkc}), (Words{"fin", "viiix"}));
}

TEST(Tokenizer, MapsCaseWithItsContext) {
  // A sigma is final where no cased letter follows, punctuation aside.
  EXPECT_EQ(cut("\u03a3\u039f\u03a6\u039f\u03a3"), Words{"\u03c3\u03bf\u03c6\u03bf\u03c2"});
  EXPECT_EQ(cut("\u0391\u03a3'\u0391\u03a3"), (Words{"\u03b1\u03c3", "\u03b1\u03c2"}));
  // The small form of I with a dot is i with a combining dot, which ends the word.
  EXPECT_EQ(cut("\u0130ZM\u0130R"), (Words{"zmi"}));
  EXPECT_EQ(cut("Stra\u00dfe"), Words{"stra\u00dfe"});
  EXPECT_EQ(cut("Stra\u00dfe", {.letter_case = CaseMapping::fold}), Words{"strasse"});
  EXPECT_EQ(cut("\u00c9tude ABC", {.letter_case = CaseMapping::keep}),
            (Words{"\u00c9tude", "ABC"}));
}

TEST(Tokenizer, CountsCharactersAndDropsStopWords) {
  EXPECT_EQ(cut("a bc \u00e9\u00e9 def", {.min_length = 3}), Words{"def"});
  EXPECT_EQ(cut("a \u00e9", {.min_length = 1}), (Words{"a", "\u00e9"}));
  WordSet stop;
  stop.insert("the");
  stop.insert("\u00eatre");
  EXPECT_EQ(cut("The cat \u00caTRE there", {}, stop), (Words{"cat", "there"}));
}

TEST(Tokens, SequencesAreJoinedByBlanks) {
  Tokens tokens;
  tokens.clear();
  Tokenizer({}).append_words("New York, New Jersey", tokens);
  ASSERT_EQ(tokens.size(), 4);
  EXPECT_EQ(tokens.sequence(1, 3), "york new jersey");
  tokens.clear();
  EXPECT_EQ(tokens.size(), 0);
}

/// All of the text at once by the definition: lower case, then runs of word characters.
Words reference(const std::string& text) {
  icu::UnicodeString wide = icu::UnicodeString::fromUTF8(text);
  wide.toLower(icu::Locale::getRoot());
  Words words;
  icu::UnicodeString word;
  const auto finish = [&] {
    std::string bytes;
    word.toUTF8String(bytes);
    if (word.countChar32() >= 2) {
      words.push_back(bytes);
    }
    word.remove();
  };
  for (std::int32_t at = 0; at < wide.length(); at = wide.moveIndex32(at, 1)) {
    const UChar32 c = wide.char32At(at);
    const bool letter = (U_GET_GC_MASK(c) & U_GC_L_MASK) != 0;
    if (letter || u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) != U_NT_NONE || c == u'_') {
      word.append(c);
    } else {
      finish();
    }
  }
  finish();
  return words;
}

TEST(Tokenizer, AsciiWordsAreFoundWhereverTheyBeginAndEnd) {
  for (std::size_t before = 0; before < 70; ++before) {
    for (const std::size_t length : {1, 2, 15, 16, 17, 63, 64, 65, 200}) {
      const std::string text = std::string(before, ' ') + std::string(length, 'W');
      for (const std::string& whole : {text, text + ".", text + " Ab"}) {
        EXPECT_EQ(cut(whole), reference(whole)) << whole;
      }
    }
  }
}

TEST(Tokenizer, FastAndSlowWaysAgree) {
  const std::vector<std::string> pieces = {"a",      "B",          "Z9",         " ",      "\n",
                                           "-",      "'",          "_",          "\u03a3", "\u0391",
                                           "\u0130", "\u00e9",     "\u0301",     "\u00a0", "\u2028",
                                           "\u00bd", "\U0001d400", "\U00010400", "."};
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t length = random() % 30; length > 0; --length) {
      text += pieces[random() % pieces.size()];
    }
    EXPECT_EQ(cut(text), reference(text)) << text;
  }
}

}  // namespace
}  // namespace tessera::ingest
