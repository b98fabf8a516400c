#include <gtest/gtest.h>

#include "tessera/config/field_list.hpp"
#include "tessera/config/options.hpp"
#include "tessera/config/recommend_options.hpp"

#include "command_line.hpp"

namespace tessera::config {
namespace {

using testing::refusal;
using testing::Words;

void expect_refused(Words words, const std::string& message) {
  words.insert(words.end(), {"--output", "o.h5"});
  const std::string text = refusal<ImportOptions>(words);
  EXPECT_NE(text.find(message), std::string::npos) << "'" << message << "' is not in: " << text;
}

TEST(SplitList, KeepsEmptyParts) {
  EXPECT_EQ(split_list("a,b c,"), (Words{"a", "b c", ""}));
  EXPECT_EQ(split_list(""), (Words{""}));
}

TEST(ImportOptions, TakeEitherAMatrixOrRatings) {
  EXPECT_EQ(refusal<ImportOptions>({"a.mtx", "--output", "o.h5", "--transpose"}), "");
  EXPECT_EQ(refusal<ImportOptions>({"--ratings", "r.csv", "--output", "o.h5"}), "");
  expect_refused({}, "give one of INPUT (for example data.csv), --images PATH and --ratings FILE");
  expect_refused({"a.mtx", "--ratings", "r.csv"}, "give one of INPUT");
}

TEST(ImportOptions, RefuseWhatBelongsToTheOther) {
  expect_refused({"--ratings", "r.csv", "--rows", "0:2"}, "--rows is for INPUT, not --ratings");
  expect_refused({"--ratings", "r.csv", "--duplicates", "sum"}, "--duplicates is for INPUT");
  expect_refused({"a.mtx", "--items", "i.csv"}, "--items is for --ratings");
  expect_refused({"a.mtx", "--new-users"}, "--new-users is for --ratings");
}

TEST(ImportOptions, KeepNumberingsApart) {
  expect_refused({"--ratings", "r", "--items", "i", "--like", "l"}, "both say which items");
  expect_refused({"--ratings", "r", "--unknown", "skip"}, "--unknown is for --like");
  expect_refused({"--ratings", "r", "--new-users"}, "--new-users is for --like");
  expect_refused({"--ratings", "r", "--item-columns", "2,1"}, "--item-columns is for --items");
  expect_refused({"--ratings", "r", "--like", "o.h5"}, "--output is the file of --like");
}

TEST(ImportOptions, CountColumns) {
  for (const std::string columns : {"1", "1,2,3,4,5", "1,,3", ","}) {
    expect_refused({"--ratings", "r", "--rating-columns", columns}, "--rating-columns takes two");
  }
  expect_refused({"--ratings", "r", "--items", "i", "--item-columns", "1"}, "--item-columns takes");
}

TEST(RecommendOptions, NameUsersInOneWay) {
  EXPECT_EQ(refusal<RecommendOptions>({"--model", "m", "--user", "1,2"}), "");
  for (const Words& words :
       {Words{"--model", "m"}, Words{"--model", "m", "--user", "1", "--users", "f"}}) {
    EXPECT_NE(refusal<RecommendOptions>(words).find("say for whom"), std::string::npos);
  }
}

TEST(RecommendOptions, WriteTablesOfTwoKinds) {
  for (const std::string name : {"a.csv", "a.json"}) {
    EXPECT_EQ(refusal<RecommendOptions>({"--model", "m", "--user", "1", "--output", name}), "");
  }
  EXPECT_NE(refusal<RecommendOptions>({"--model", "m", "--user", "1", "--output", "a.txt"})
                .find("ends in .csv or .json"),
            std::string::npos);
}

TEST(EvaluateOptions, RankBeforeTheyLeaveOut) {
  EXPECT_EQ(refusal<EvaluateOptions>({"a", "--model", "m", "--precision-at", "10", "--relevant",
                                      "4", "--exclude-seen", "t"}),
            "");
  EXPECT_NE(refusal<EvaluateOptions>({"a", "--model", "m", "--exclude-seen", "t"})
                .find("give --precision-at N too"),
            std::string::npos);
}

}  // namespace
}  // namespace tessera::config
