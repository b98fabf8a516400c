#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/config/methods.hpp"
#include "tessera/config/parse.hpp"
#include "tessera/config/penalty_conflicts.hpp"
#include "tessera/core/error.hpp"

#include "command_line.hpp"

namespace tessera::config {
namespace {

using testing::factorize_words;
using testing::Words;

/// factorize with these penalties beside what it needs.
FactorizeOptions factorize(const Words& more) {
  return parse<FactorizeOptions>(factorize_words(more));
}

/// What is said against these options; empty when they are taken.
std::string refusal(const Words& options) { return testing::refusal(factorize_words(options)); }

TEST(Penalties, ReachTheirFields) {
  const auto solver =
      factorize({"--algorithm", "mu", "--orthogonality-h", "0.5", "--smooth-h", "2",
                 "--upper-bound", "3", "--graph", "s.mtx", "--graph-weight", "4", "--l1-w", "5"})
          .solver;
  EXPECT_EQ(solver.penalty_h.orthogonality, 0.5);
  EXPECT_EQ(solver.penalty_h.coupling, 2);
  EXPECT_EQ(solver.upper_bound, 3);
  EXPECT_EQ(solver.graph, "s.mtx");
  EXPECT_EQ(solver.penalty_w.coupling, 4);
  EXPECT_EQ(solver.penalty_w.l1, 5);
}

TEST(Penalties, ThatAnAlgorithmCannotTakeAreRefusedWithThoseThatCan) {
  struct Refused {
    std::vector<std::string> options;
    std::string taken_by;
  };
  const std::vector<Refused> all = {
      {{"--orthogonality-h", "1", "--l2-w", "1"}, "hals, mu or gradient"},
      {{"--upper-bound", "1"}, "hals, mu or gradient"},
      {{"--smooth-h", "1", "--l2-w", "1"}, "mu"},
      {{"--graph", "s.mtx", "--graph-weight", "1", "--l2-h", "1"}, "mu"}};
  for (const auto& [options, taken_by] : all) {
    for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
      auto words = options;
      words.insert(words.end(), {"--algorithm", std::string(name)});
      const std::string said = refusal(words);
      const bool is_taken = ("hals, mu or gradient" == taken_by)
                                ? takes_orthogonality_and_bounds(algorithm)
                                : takes_coupling(algorithm);
      EXPECT_EQ(said.empty(), is_taken) << name << ": " << said;
      if (!is_taken) {
        EXPECT_NE(said.find("is for the algorithm " + taken_by + ", not " + std::string(name)),
                  std::string::npos)
            << said;
      }
    }
  }
}

TEST(Penalties, OnOneFactorAloneAreRefusedUnlessBounded) {
  for (const std::vector<std::string>& alone : {std::vector<std::string>{"--orthogonality-h", "1"},
                                                {"--smooth-h", "1"},
                                                {"--graph", "s.mtx", "--graph-weight", "1"},
                                                {"--l1-w", "1"}}) {
    auto words = alone;
    words.insert(words.end(), {"--algorithm", "mu"});
    EXPECT_NE(refusal(words).find("one factor alone"), std::string::npos) << alone.front();
    words.insert(words.end(), {"--upper-bound", "2"});
    EXPECT_EQ(refusal(words), "") << alone.front();
  }
}

TEST(Penalties, AGraphAndItsWeightBelongTogether) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--algorithm", "mu", "--graph", "s.mtx"},
        {"--algorithm", "mu", "--graph-weight", "1", "--l2-h", "1"}}) {
    EXPECT_NE(refusal(words).find("--graph names the graph and --graph-weight"), std::string::npos);
  }
}

TEST(Penalties, KeepTheScaleOfTheFactors) {
  EXPECT_EQ(factorize({}).effective_normalization(), Normalization::l2);
  EXPECT_EQ(factorize({"--upper-bound", "1"}).effective_normalization(), Normalization::none);
  EXPECT_EQ(factorize({"--orthogonality-h", "1", "--l1-w", "1"}).effective_normalization(),
            Normalization::none);
  EXPECT_NE(refusal({"--upper-bound", "1", "--normalize", "l2"}).find("--upper-bound limits"),
            std::string::npos);
}

TEST(Penalties, AreNamedForALossThatCannotTakeThem) {
  SolverOptions solver;
  EXPECT_TRUE(penalties_of_frobenius(solver, "--loss kl").empty());
  solver.penalty_h = {.l1 = 1, .orthogonality = 1, .coupling = 1};
  solver.penalty_w.coupling = 1;
  solver.upper_bound = 1;
  const auto found = penalties_of_frobenius(solver, "--loss kl");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_NE(found.front().find("--orthogonality-h is for"), std::string::npos);
  EXPECT_NE(found.front().find("--loss kl"), std::string::npos);
}

TEST(Penalties, OfFrobeniusAreRefusedForOtherLossesAndMissingEntries) {
  EXPECT_NE(refusal({"--upper-bound", "1", "--loss", "kl"}).find("not with --loss kl"),
            std::string::npos);
  EXPECT_NE(refusal({"--upper-bound", "1", "--missing", "zeros"}).find("missing or weighted"),
            std::string::npos);
  EXPECT_NE(refusal({"--upper-bound", "1", "--holdout", "0.1", "--holdout-kind", "blocks"})
                .find("--holdout-kind blocks"),
            std::string::npos);
}

TEST(Methods, AllAreThoseThatTakeThePenalties) {
  const auto compare = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"a.h5", "--rank", "3"});
    return parse<CompareOptions>(more);
  };
  const auto names = [](const CompareOptions& options) {
    std::vector<std::string> found;
    for (const auto& method : methods(options)) {
      found.push_back(method.name);
    }
    return found;
  };
  EXPECT_EQ(methods(compare({})).size(), 9U);
  EXPECT_TRUE(left_out(compare({})).empty());
  const auto bounded = compare({"--upper-bound", "1"});
  EXPECT_EQ(names(bounded), (std::vector<std::string>{"hals", "plain-hals", "mu", "gradient"}));
  EXPECT_EQ(left_out(bounded).size(), 5U);
  EXPECT_EQ(names(compare({"--smooth-h", "1", "--l1-w", "1"})), std::vector<std::string>{"mu"});
  EXPECT_THROW(static_cast<void>(compare({"--upper-bound", "1", "--algorithms", "mu,als"})),
               UsageError);
}

}  // namespace
}  // namespace tessera::config
