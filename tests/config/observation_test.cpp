#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/config/options.hpp"
#include "tessera/config/parse.hpp"
#include "tessera/config/range_text.hpp"
#include "tessera/core/error.hpp"

#include "command_line.hpp"

namespace tessera::config {
namespace {

using testing::expect_contains;
using testing::factorize_words;
using testing::refusal;
using testing::Words;

Words evaluate_words(const Words& more) {
  Words words = {"data.h5", "--model", "result.h5"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(ObservationOptions, ReachTheirFields) {
  const auto options = parse<FactorizeOptions>(
      factorize_words({"--missing", "zeros", "--mask", "m.npy", "--holdout", "0.25",
                       "--holdout-seed", "9", "--holdout-kind", "blocks"}));
  EXPECT_EQ(options.observation.missing, Missing::zeros);
  EXPECT_EQ(options.observation.mask, "m.npy");
  EXPECT_EQ(options.holdout.share, 0.25);
  EXPECT_EQ(options.holdout.seed, 9U);
  EXPECT_EQ(options.holdout.kind, HoldoutKind::blocks);

  const auto transform = parse<TransformOptions>(
      {"a.h5", "--model", "m.h5", "--output", "o.h5", "--missing", "nan", "--weights", "w.mtx"});
  EXPECT_EQ(transform.observation.missing, Missing::nan);
  EXPECT_EQ(transform.observation.weights, "w.mtx");

  EXPECT_EQ(
      parse<CompareOptions>({"a.h5", "--rank", "2", "--missing", "zeros"}).observation.missing,
      Missing::zeros);

  const auto evaluate = parse<EvaluateOptions>(evaluate_words(
      {"--missing", "zeros", "--entries", "test.mtx", "--clip", "1:5", "--report", "e.json"}));
  EXPECT_EQ(evaluate.model, "result.h5");
  EXPECT_EQ(evaluate.observation.missing, Missing::zeros);
  EXPECT_EQ(evaluate.entries, "test.mtx");
  EXPECT_EQ(evaluate.clip, "1:5");
  EXPECT_EQ(evaluate.run.report, "e.json");
}

TEST(ObservationOptions, AreOffUnlessAskedFor) {
  const auto options = parse<FactorizeOptions>(factorize_words({}));
  EXPECT_FALSE(options.observation.is_set());
  EXPECT_EQ(options.holdout.share, 0);
  EXPECT_EQ(options.holdout.kind, HoldoutKind::speckled);
}

TEST(ObservationOptions, WrongValuesAreRefused) {
  const std::vector<std::pair<Words, std::string>> cases = {
      {{"--missing", "zero"}, "--missing takes none, zeros or nan, not 'zero'; did you mean zeros"},
      {{"--holdout", "1"}, "--holdout takes a number of at least 0 and below 1, not '1'"},
      {{"--holdout", "-0.1"}, "not '-0.1'"},
      {{"--holdout", "nan"}, "not 'nan'"},
      {{"--holdout-seed", "-1"}, "--holdout-seed takes"},
      {{"--holdout-kind", "block"}, "not 'block'; did you mean blocks?"},
  };
  for (const auto& [words, expected] : cases) {
    expect_contains(refusal<FactorizeOptions>(factorize_words(words)), expected);
  }
  for (const std::string clip : {"5:1", "1:1", "1", "a:b", "1:5x", "nan:1", "inf:"}) {
    expect_contains(refusal<EvaluateOptions>(evaluate_words({"--clip", clip})),
                    "--clip takes a range MIN:MAX such as 1:5 with MIN below MAX, not '" + clip);
  }
}

TEST(ObservationOptions, ThatContradictEachOtherAreRefused) {
  const std::vector<std::pair<Words, std::string>> cases = {
      {{"--mask", "m", "--weights", "w"}, "give --weights alone, in which 0 masks an entry"},
      {{"--mask", "m", "--scale", "max"}, "scale the file first"},
      {{"--weights", "w", "--scale", "log1p"}, "--scale log1p"},
      {{"--missing", "nan", "--scale", "tfidf"}, "leave --scale out"},
      {{"--missing", "zeros", "--storage", "dense"}, "--storage dense would lose"},
      {{"--missing", "nan", "--storage", "sparse"}, "--storage sparse would lose"},
  };
  for (const auto& [words, expected] : cases) {
    expect_contains(refusal<FactorizeOptions>(factorize_words(words)), expected);
    expect_contains(refusal<EvaluateOptions>(evaluate_words(words)), expected);
  }
  EXPECT_EQ(refusal<FactorizeOptions>(factorize_words({"--missing", "zeros", "--scale", "max"})),
            "");
  EXPECT_EQ(refusal<FactorizeOptions>(
                factorize_words({"--missing", "nan", "--storage", "dense", "--mask", "m"})),
            "");
  expect_contains(refusal<EvaluateOptions>(evaluate_words({"--entries", "e", "--weights", "w"})),
                  "--entries and --weights");
}

TEST(ParseClip, TakesEitherSideOrNone) {
  const Clip both = parse_clip("-1.5:5");
  EXPECT_EQ(both(-2), -1.5);
  EXPECT_EQ(both(3), 3);
  EXPECT_EQ(both(7), 5);
  EXPECT_EQ(parse_clip("1:")(1e300), 1e300);
  EXPECT_EQ(parse_clip("1:")(0), 1);
  EXPECT_EQ(parse_clip(":5")(-9), -9);
  EXPECT_FALSE(parse_clip("").is_set());
  EXPECT_FALSE(parse_clip(":").is_set());
  EXPECT_TRUE(parse_clip(":5").is_set());
  EXPECT_THROW(static_cast<void>(parse_clip("2:1")), UsageError);
}

}  // namespace
}  // namespace tessera::config
