#include "tessera/config/export_options.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/config/options.hpp"
#include "tessera/config/parse.hpp"
#include "tessera/config/topics_options.hpp"
#include "tessera/core/error.hpp"

#include "command_line.hpp"

namespace tessera::config {
namespace {

using testing::Words;

ExportOptions exported(const Words& words) {
  Words all = {"--model", "m.h5"};
  all.insert(all.end(), words.begin(), words.end());
  return parse<ExportOptions>(all);
}

TEST(ExportOptions, TakeTheFormatFromTheOutputUnlessOneIsNamed) {
  EXPECT_EQ(exported({"--output", "x.npy"}).chosen_format(), ExportFormat::npy);
  EXPECT_EQ(exported({"--output", "a.b/x.csv"}).chosen_format(), ExportFormat::csv);
  EXPECT_EQ(exported({"--output", "x.h5ad"}).chosen_format(), ExportFormat::h5ad);
  EXPECT_EQ(exported({"--output", "x.csv", "--format", "npy"}).chosen_format(), ExportFormat::npy);
  EXPECT_THROW(exported({"--output", "x.h5"}), UsageError);
  EXPECT_THROW(exported({"--output", "x"}), UsageError);
}

TEST(ExportOptions, NameTwoFiles) {
  EXPECT_EQ(exported({"--output", "x.npy"}).path_of("W"), "x_W.npy");
  EXPECT_EQ(exported({"--output", "x", "--format", "csv"}).path_of("H"), "x_H.csv");
  EXPECT_EQ(exported({"--output", "a.b/v1.2", "--format", "npy"}).path_of("W"), "a.b/v1.2_W.npy");
}

TEST(TopicsOptions, DoWithoutInput) {
  EXPECT_EQ(parse<TopicsOptions>({"--model", "m.h5"}).input.path, "");
  EXPECT_EQ(parse<TopicsOptions>({"--model", "m.h5", "a.h5"}).input.path, "a.h5");
  EXPECT_EQ(parse<TopicsOptions>({"--model", "m.h5", "--input", "a.h5"}).input.path, "a.h5");
  EXPECT_THROW(parse<TopicsOptions>({"a.h5"}), UsageError);
  // What is said about a file that is not there would be ignored.
  EXPECT_THROW(parse<TopicsOptions>({"--model", "m.h5", "--rows", "1:2"}), UsageError);
  EXPECT_THROW(parse<TopicsOptions>({"--model", "m.h5", "a.h5", "--floor", "1"}), UsageError);
}

TEST(EvaluateOptions, DoWithoutInputWhereThereAreLabels) {
  const auto options = parse<EvaluateOptions>({"--model", "m.h5", "--labels", "l.txt"});
  EXPECT_FALSE(options.labels_are_in_input());
  EXPECT_TRUE(parse<EvaluateOptions>({"a.h5", "--model", "m.h5", "--labels", "obs/kind"})
                  .labels_are_in_input());
  for (const Words& words :
       {Words{}, Words{"--labels", "obs/kind"}, Words{"--labels", "l.txt", "--entries", "e.mtx"},
        Words{"--labels", "l.txt", "--missing", "zeros"},
        Words{"--labels", "l.txt", "--rows", "1:2"}, Words{"--label-column", "kind"}}) {
    Words all = {"--model", "m.h5"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_THROW(parse<EvaluateOptions>(all), UsageError);
  }
}

}  // namespace
}  // namespace tessera::config
