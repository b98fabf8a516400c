#include "tessera/config/configured_input.hpp"

#include <gtest/gtest.h>

#include "tessera/config/parse.hpp"
#include "tessera/core/error.hpp"

namespace tessera::config {
namespace {

std::string configuration_of(std::vector<std::string> words) {
  words.insert(words.end(), {"--rank", "2", "--output", "r.h5"});
  return effective_configuration(parse<FactorizeOptions>(words));
}

TEST(ConfiguredInput, IsThatOfTheRunButForThePathAndPermissions) {
  const auto input = configured_input(
      configuration_of({"a.h5", "--dataset", "layers/x", "--transpose", "--rows", "2:9",
                        "--columns", "1:4", "--scale", "tfidf", "--floor", "0.5", "--storage",
                        "dense", "--duplicates", "sum", "--allow-external"}));
  EXPECT_EQ(input.path, "");
  EXPECT_EQ(input.dataset, "layers/x");
  EXPECT_TRUE(input.transpose);
  EXPECT_EQ(input.rows, "2:9");
  EXPECT_EQ(input.columns, "1:4");
  EXPECT_EQ(input.scale, Scaling::tfidf);
  EXPECT_EQ(input.floor, 0.5);
  EXPECT_EQ(input.storage, Storage::dense);
  EXPECT_EQ(input.duplicates, Duplicates::sum);
}

TEST(ConfiguredInput, IsTheDefaultWhereNothingIsSaid) {
  const auto input = configured_input("");
  EXPECT_EQ(input.scale, InputOptions{}.scale);
  EXPECT_EQ(input.rows, "");
}

TEST(ConfiguredInput, RefusesWhatNoProgramWrites) {
  EXPECT_THROW(static_cast<void>(configured_input("scale = cubes\n")), InputError);
  EXPECT_THROW(static_cast<void>(configured_input("rows = 9\n")), InputError);
}

TEST(ConfiguredAsObserved, IsWhatMissesWeightsOrHoldsOut) {
  EXPECT_FALSE(configured_as_observed(configuration_of({"a.h5"})));
  EXPECT_FALSE(configured_as_observed(""));
  EXPECT_TRUE(configured_as_observed(configuration_of({"a.h5", "--missing", "zeros"})));
  EXPECT_TRUE(configured_as_observed(configuration_of({"a.h5", "--mask", "m.mtx"})));
  EXPECT_TRUE(configured_as_observed(configuration_of({"a.h5", "--weights", "w.mtx"})));
  EXPECT_TRUE(configured_as_observed(configuration_of({"a.h5", "--holdout", "0.1"})));
}

}  // namespace
}  // namespace tessera::config
