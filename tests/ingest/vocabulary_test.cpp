#include "tessera/ingest/vocabulary.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tessera/mpi/agree.hpp"

#include "mpi_test.hpp"

namespace tessera::ingest {
namespace {

using testing::test_world;

using Text = std::vector<std::string>;

/// Documents of few and of many common words, the same everywhere.
std::vector<Text> make_documents() {
  std::mt19937 random(11);
  std::vector<Text> documents(57);
  for (Text& document : documents) {
    for (std::size_t length = random() % 40; length > 0; --length) {
      const auto number = random() % (1 + random() % 200);
      document.push_back((number % 3 == 0 ? "\u00e9t\u00e9" : "w") + std::to_string(number));
    }
  }
  return documents;
}

struct Facts {
  Index documents = 0;
  Index occurrences = 0;
};

std::map<std::string, Facts> facts_of(const std::vector<Text>& documents) {
  std::map<std::string, Facts> facts;
  for (const Text& document : documents) {
    for (const std::string& word : document) {
      ++facts[word].occurrences;
    }
    for (const std::string& word : std::set<std::string>(document.begin(), document.end())) {
      ++facts[word].documents;
    }
  }
  return facts;
}

/// The documents that fall to this process, counted.
void count_own(const std::vector<Text>& documents, TermCounter& counter) {
  for (std::size_t number = 0; number < documents.size(); ++number) {
    if (static_cast<int>(number) % test_world().size() != test_world().rank()) {
      continue;
    }
    Tokens tokens;
    tokens.clear();
    for (const std::string& word : documents[number]) {
      tokens.reserve(word.size() + 1);
      tokens.append(word);
      tokens.keep_unfinished();
    }
    counter.add_document(tokens);
  }
}

/// The names that are to be kept, in order.
Text expected_names(const std::map<std::string, Facts>& facts, Index least, Index most,
                    Index max_features) {
  std::vector<std::pair<Index, std::string>> kept;
  for (const auto& [word, fact] : facts) {
    if (fact.documents >= least && fact.documents <= most) {
      kept.emplace_back(-fact.occurrences, word);
    }
  }
  std::ranges::sort(kept);
  if (max_features > 0 && std::ssize(kept) > max_features) {
    kept.resize(static_cast<std::size_t>(max_features));
  }
  Text names;
  for (const auto& [unused, word] : kept) {
    names.push_back(word);
  }
  std::ranges::sort(names);
  return names;
}

/// What every process knows of its own terms agrees with the names and the facts.
void expect_own_terms(const Vocabulary& vocabulary, const TermCounter& counter, const Text& names,
                      const std::map<std::string, Facts>& facts) {
  ASSERT_EQ(std::ssize(vocabulary.columns), counter.terms());
  for (Index term = 0; term < counter.terms(); ++term) {
    const std::string text(counter.text(term));
    const auto place = std::ranges::find(names, text);
    const auto at = static_cast<std::size_t>(term);
    EXPECT_EQ(vocabulary.columns[at], place == names.end() ? kDropped : place - names.begin());
    EXPECT_EQ(vocabulary.documents[at], facts.at(text).documents);
  }
}

TEST(Vocabulary, IsThatOfAllDocumentsHoweverTheyAreDealt) {
  const auto documents = make_documents();
  const auto facts = facts_of(documents);
  const auto all = std::ssize(documents);
  TermCounter counter({1, 1});
  count_own(documents, counter);
  struct Case {
    VocabularyOptions options;
    Index least, most;
  };
  const std::vector<Case> cases = {{{}, 1, all},
                                   {{"3", "0.5", 0}, 3, all / 2},
                                   {{"0.05", "20", 0}, 3, 20},
                                   {{"2", "1.0", 10}, 2, all},
                                   {{"1", "1.0", 1}, 1, all}};
  for (const auto& [options, least, most] : cases) {
    const Text names = expected_names(facts, least, most, options.max_features);
    for (const Index round_bytes : {Index{1}, Index{300}, kRoundBytes}) {
      const auto vocabulary = merge_vocabulary(counter, all, options, test_world(), round_bytes);
      EXPECT_EQ(vocabulary.names, test_world().rank() == 0 ? names : Text{});
      EXPECT_EQ(vocabulary.size, std::ssize(names));
      EXPECT_EQ(vocabulary.distinct, std::ssize(facts));
      EXPECT_EQ(vocabulary.distinct,
                vocabulary.size + vocabulary.too_rare + vocabulary.too_common + vocabulary.beyond);
      expect_own_terms(vocabulary, counter, names, facts);
    }
  }
}

TEST(Vocabulary, SaysWhyNothingIsLeft) {
  const auto documents = make_documents();
  TermCounter counter({1, 1});
  count_own(documents, counter);
  const auto message = [&](const TermCounter& terms, const VocabularyOptions& options) {
    try {
      static_cast<void>(merge_vocabulary(terms, std::ssize(documents), options, test_world()));
      return std::string();
    } catch (const mpi::AgreedError& error) {
      EXPECT_EQ(error.code(), ExitCode::input);
      return std::string(error.what());
    }
  };
  EXPECT_NE(message(counter, {"58", "1.0", 0}).find("--min-df 58"), std::string::npos);
  EXPECT_NE(message(TermCounter({1, 1}), {}).find("hold no word"), std::string::npos);
}

}  // namespace
}  // namespace tessera::ingest
