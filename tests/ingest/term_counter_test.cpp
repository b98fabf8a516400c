#include "tessera/ingest/term_counter.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "tessera/ingest/stop_words.hpp"
#include "tessera/ingest/term_weights.hpp"
#include "tessera/ingest/tokenizer.hpp"

namespace tessera::ingest {
namespace {

void add(TermCounter& counter, std::string_view text) {
  Tokens tokens;
  tokens.clear();
  Tokenizer({}).append_words(text, tokens);
  counter.add_document(tokens);
}

std::map<std::string, int> counts(const TermCounter& counter, Index document) {
  std::map<std::string, int> found;
  for (const auto [term, count] : counter.document(document)) {
    found[std::string(counter.text(term))] += static_cast<int>(count);
  }
  return found;
}

TEST(TermCounter, CountsTermsOfEachDocument) {
  TermCounter counter({1, 2});
  add(counter, "to be or not to be");
  add(counter, "");
  add(counter, "be be");
  EXPECT_EQ(counter.documents(), 3);
  EXPECT_EQ(counts(counter, 0), (std::map<std::string, int>{{"to", 2},
                                                            {"be", 2},
                                                            {"or", 1},
                                                            {"not", 1},
                                                            {"to be", 2},
                                                            {"be or", 1},
                                                            {"or not", 1},
                                                            {"not to", 1}}));
  EXPECT_TRUE(counter.document(1).empty());
  EXPECT_EQ(counts(counter, 2), (std::map<std::string, int>{{"be", 2}, {"be be", 1}}));
  for (Index term = 0; term < counter.terms(); ++term) {
    if (counter.text(term) == "be") {
      EXPECT_EQ(counter.document_frequency(term), 2);
      EXPECT_EQ(counter.occurrences(term), 4);
    }
  }
}

TEST(TermCounter, CountsLongDocuments) {
  constexpr int kRepeats = 10000;
  std::string text;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    text += "to be ";
  }
  TermCounter counter({1, 2});
  add(counter, text);
  EXPECT_EQ(counts(counter, 0),
            (std::map<std::string, int>{
                {"to", kRepeats}, {"be", kRepeats}, {"to be", kRepeats}, {"be to", kRepeats - 1}}));
}

/// "cat" in both documents, "dog" twice in the first.
struct TwoDocuments {
  TermCounter counter{{1, 1}};
  Vocabulary vocabulary;

  TwoDocuments() {
    add(counter, "dog cat dog");
    add(counter, "cat owl");
    vocabulary.columns = {1, 0, kDropped};  // dog, cat, owl
    vocabulary.documents = {1, 2, 1};
    vocabulary.size = 2;
  }
};

TEST(WeighDocuments, FollowsTheFormulas) {
  const TwoDocuments two;
  const auto rows = weigh_documents<double>(two.counter, two.vocabulary, 2, {});
  EXPECT_EQ(rows.offsets, (std::vector<Index>{0, 2, 3}));
  EXPECT_EQ(rows.columns, (AlignedVector<std::int32_t>{0, 1, 0}));
  const double cat = 1.0;
  const double dog = 2 * (std::log(3.0 / 2.0) + 1);
  const double norm = std::hypot(cat, dog);
  EXPECT_DOUBLE_EQ(rows.values[0], cat / norm);
  EXPECT_DOUBLE_EQ(rows.values[1], dog / norm);
  EXPECT_DOUBLE_EQ(rows.values[2], 1);
}

TEST(WeighDocuments, SortsLongAndShortDocumentsByColumn) {
  constexpr Index kTerms = 70000;  // more than fit two bytes
  for (const Index stride : {1, 7, 257, 65536}) {
    TermCounter counter({1, 1});
    std::string text;
    for (Index number = 0; number < kTerms; number += stride) {
      text += " w" + std::to_string(number * 7919 % kTerms);
    }
    add(counter, text);
    Vocabulary vocabulary;
    for (Index term = 0; term < counter.terms(); ++term) {
      vocabulary.columns.push_back(std::stoll(std::string(counter.text(term).substr(1))));
    }
    vocabulary.documents.assign(vocabulary.columns.size(), 1);
    vocabulary.size = kTerms;
    const auto rows = weigh_documents<float>(counter, vocabulary, 1, {});
    std::ranges::sort(vocabulary.columns);
    EXPECT_TRUE(std::ranges::equal(rows.columns, vocabulary.columns));
  }
}

TEST(WeighDocuments, HasTheOtherWeightsAndNorms) {
  const TwoDocuments two;
  const auto weigh = [&](const WeightOptions& options) {
    return weigh_documents<double>(two.counter, two.vocabulary, 2, options).values;
  };
  using Values = AlignedVector<double>;
  EXPECT_EQ(weigh({.weights = TermWeights::counts}), (Values{1, 2, 1}));
  EXPECT_EQ(weigh({.weights = TermWeights::binary}), (Values{1, 1, 1}));
  EXPECT_EQ(weigh({.weights = TermWeights::counts, .norm = DocumentNorm::l1}),
            (Values{1.0 / 3, 2.0 / 3, 1}));
  const auto sublinear = weigh(
      {.idf = InverseDocumentFrequency::plain, .sublinear_tf = true, .norm = DocumentNorm::none});
  EXPECT_DOUBLE_EQ(sublinear[1], (1 + std::log(2.0)) * (std::log(2.0) + 1));
  EXPECT_EQ(weigh({.idf = InverseDocumentFrequency::none, .norm = DocumentNorm::none}),
            (Values{1, 2, 1}));
}

TEST(EnglishStopWords, AreWordsOnce) {
  WordSet seen;
  for (const std::string_view word : english_stop_words()) {
    EXPECT_TRUE(seen.emplace(word).second) << word;
    Tokens tokens;
    tokens.clear();
    Tokenizer({.min_length = 1}).append_words(word, tokens);
    EXPECT_EQ(tokens.size(), 1) << word;
    EXPECT_EQ(tokens.sequence(0, 1), word);
  }
}

}  // namespace
}  // namespace tessera::ingest
