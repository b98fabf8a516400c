#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/config/compress_options.hpp"
#include "tessera/config/parse.hpp"
#include "tessera/config/rank_list.hpp"

#include "command_line.hpp"

/// Options about pictures.
namespace tessera::config {
namespace {

using testing::expect_contains;
using testing::refusal;
using testing::Words;

TEST(ImportOptions, TakeExactlyOneSource) {
  EXPECT_EQ(refusal<ImportOptions>({"a.csv", "--output", "o.h5"}), "");
  EXPECT_EQ(refusal<ImportOptions>({"--images", "faces", "--output", "o.h5"}), "");
  expect_contains(refusal<ImportOptions>({"--output", "o.h5"}), "give one of INPUT");
  expect_contains(refusal<ImportOptions>({"a.csv", "--images", "faces", "--output", "o.h5"}),
                  "give one of INPUT");
}

TEST(ImportOptions, RefuseWhatIsForTheOtherSource) {
  expect_contains(refusal<ImportOptions>({"a.csv", "--output", "o.h5", "--color", "rgb"}),
                  "give --images as well");
  const std::string both = refusal<ImportOptions>(
      {"--images", "faces", "--output", "o.h5", "--rows", "1:2", "--scale", "max"});
  expect_contains(both, "--rows is for INPUT");
  expect_contains(both, "--scale is for INPUT");
  expect_contains(refusal<ImportOptions>({"--images", "f", "--output", "o.h5", "--color", "blue"}),
                  "grey or rgb");
}

TEST(ImportOptions, ReachTheFieldsOfPictures) {
  const auto options = parse<ImportOptions>(
      {"--images", "faces", "--output", "o.h5", "--color", "rgb", "--resize", "3x4"});
  EXPECT_EQ(options.images.path, "faces");
  EXPECT_EQ(options.images.color, ImageColor::rgb);
  EXPECT_EQ(options.images.resize, "3x4");
}

TEST(ReconstructOptions, NeedAFileOrAFolder) {
  EXPECT_EQ(refusal<ReconstructOptions>({"--model", "m.h5", "--as-images", "d"}), "");
  EXPECT_EQ(refusal<ReconstructOptions>({"--model", "m.h5", "--output", "o.h5"}), "");
  expect_contains(refusal<ReconstructOptions>({"--model", "m.h5"}), "--as-images");
  for (const Words& picture :
       {Words{"--input", "a.h5"}, {"--peak", "255"}, {"--transpose"}, {"--image-shape", "2x2"}}) {
    Words words = {"--model", "m.h5", "--output", "o.h5"};
    words.insert(words.end(), picture.begin(), picture.end());
    expect_contains(refusal<ReconstructOptions>(words), "give --as-images as well");
  }
  expect_contains(refusal<ReconstructOptions>({"--model", "m", "--as-images", "d", "--peak", "0"}),
                  "--peak must be above 0");
  expect_contains(
      refusal<ReconstructOptions>({"--model", "m", "--as-images", "d", "--dataset", "X"}),
      "give --input as well");
}

TEST(CompressOptions, ReachTheirFields) {
  const auto options = parse<CompressOptions>(
      {"a.png", "--rank", "3,1", "--output", "b.png", "--patches", "4x6", "--algorithm", "mu"});
  EXPECT_EQ(options.image, "a.png");
  EXPECT_EQ(options.ranks, "3,1");
  EXPECT_EQ(options.patches, "4x6");
  EXPECT_EQ(options.solver.algorithm, Algorithm::mu);
}

TEST(CompressOptions, RefuseWhatContradicts) {
  const Words words = {"a.png", "--rank", "3", "--output", "b.png"};
  EXPECT_EQ(refusal<CompressOptions>(words), "");
  expect_contains(refusal<CompressOptions>({"a.png", "--rank", "3", "--output", "b.png",
                                            "--patches", "2x2", "--channels"}),
                  "exclude each other");
  expect_contains(refusal<CompressOptions>({"a.png", "--rank", "3", "--output", "a.png"}),
                  "the picture itself");
  expect_contains(refusal<CompressOptions>({"a.png", "--output", "b.png"}), "--rank is missing");
}

TEST(ParseRankList, KeepsTheOrder) {
  EXPECT_EQ(parse_rank_list("5"), std::vector<Index>{5});
  EXPECT_EQ(parse_rank_list("20,3,100"), (std::vector<Index>{20, 3, 100}));
}

TEST(ParseRankList, RefusesEverythingElseAndQuotesIt) {
  for (const std::string text : {"", ",", "1,", ",1", "0", "-1", "1,,2", "1 2", "x", "1,x", "2,2",
                                 "1.5", "99999999999999999999"}) {
    expect_contains(refusal<CompressOptions>({"a", "--output", "b", "--rank=" + text}),
                    text.empty() ? "--rank" : "'" + text + "'");
  }
}

}  // namespace
}  // namespace tessera::config
