#include "tessera/report/topics_report.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lines_of.hpp"

namespace tessera::report {
namespace {

using testing::lines_of;

/// D of the columns a, b, c in the rows {a b}, {a b}, {a}, {c}, {b c}.
Matrix<Index> example_counts() {
  Matrix<Index> counts(3, 3);
  const Index values[3][3] = {{3, 2, 0}, {2, 3, 1}, {0, 1, 2}};
  for (Index i = 0; i < 3; ++i) {
    std::copy_n(values[i], 3, counts.view().row(i));
  }
  return counts;
}

TEST(Coherence, IsTheMeanOverPairs) {
  const auto actual = coherence(example_counts().view(), 5);
  const double umass = std::log(3.0 / 3) + std::log(1.0 / 3) + std::log(2.0 / 3);
  EXPECT_DOUBLE_EQ(actual.umass, umass / 3);
  const double a_b = std::log(0.4 / (0.6 * 0.6)) / -std::log(0.4);
  const double b_c = std::log(0.2 / (0.6 * 0.4)) / -std::log(0.2);
  EXPECT_DOUBLE_EQ(actual.npmi, (a_b + -1 + b_c) / 3);
}

TEST(Coherence, HasItsLimits) {
  Matrix<Index> counts(2, 2);
  std::ranges::fill(counts.span(), 7);
  EXPECT_EQ(coherence(counts.view(), 7).npmi, 1);          // in every row
  EXPECT_DOUBLE_EQ(coherence(counts.view(), 20).npmi, 1);  // always together
  counts(0, 1) = counts(1, 0) = 0;
  EXPECT_EQ(coherence(counts.view(), 20).npmi, -1);
}

TEST(Coherence, LeavesOutColumnsThatNeverOccur) {
  auto counts = example_counts();
  const double with_two = coherence(counts.view().rows({0, 2}), 5).npmi;
  counts(2, 0) = counts(2, 1) = counts(2, 2) = counts(1, 2) = 0;
  EXPECT_DOUBLE_EQ(coherence(counts.view(), 5).npmi, with_two);
  EXPECT_TRUE(std::isnan(coherence(Matrix<Index>(3, 3).view(), 5).npmi));
  EXPECT_TRUE(std::isnan(coherence(Matrix<Index>(1, 1).view(), 5).umass));
  EXPECT_TRUE(std::isnan(coherence(Matrix<Index>(0, 0).view(), 5).umass));
}

TopicsReport example() {
  TopicsReport report;
  report.version = "1.2.3";
  report.model = "result.h5";
  report.input = "corpus.h5ad";
  report.rows = 4;
  report.columns = 3;
  report.configuration = "top = 2\n";
  report.topics = {
      {0.75, Coherence{-1.5, 0.25}, {{2, "gödel", 0.5}, {0, "say, \"x\"", 0.125}}, {{3, "r3", 2}}},
      {0.25, Coherence{-0.5, 0.75}, {{1, "", 1}}, {}},
      {0, Coherence{std::nan(""), std::nan("")}, {}, {}}};
  return report;
}

TEST(TopicsCsv, HasALineForEachColumnAndRow) {
  EXPECT_EQ(topics_csv(example()),
            "topic,share,umass,npmi,axis,place,index,name,weight\n"
            "0,0.75,-1.5,0.25,column,1,2,gödel,0.5\n"
            "0,0.75,-1.5,0.25,column,2,0,\"say, \"\"x\"\"\",0.125\n"
            "0,0.75,-1.5,0.25,row,1,3,r3,2\n"
            "1,0.25,-0.5,0.75,column,1,1,,1\n");
}

TEST(TopicsJson, HoldsEverything) {
  const auto json = nlohmann::json::parse(topics_json(example()));
  EXPECT_EQ(json["command"], "topics");
  EXPECT_EQ(json["rank"], 3);
  EXPECT_EQ(json["mean_npmi"], 0.5);
  EXPECT_EQ(json["mean_umass"], -1);
  EXPECT_EQ(json["topics"][0]["columns"][1]["name"], "say, \"x\"");
  EXPECT_EQ(json["topics"][0]["columns"][1]["index"], 0);
  EXPECT_EQ(json["topics"][0]["rows"][0]["weight"], 2);
  EXPECT_TRUE(json["topics"][1]["columns"][0]["name"].is_null());
  EXPECT_TRUE(json["topics"][2]["npmi"].is_null());
  EXPECT_TRUE(json["topics"][2]["columns"].empty());

  auto without = example();
  without.input.clear();
  for (Topic& topic : without.topics) {
    topic.coherence.reset();
  }
  const auto shorter = nlohmann::json::parse(topics_json(without));
  EXPECT_TRUE(shorter["input"].is_null());
  EXPECT_TRUE(shorter["mean_npmi"].is_null());
  EXPECT_TRUE(shorter["topics"][0]["umass"].is_null());
}

TEST(TopicsText, ShowsTopicsBesideTheirNumbers) {
  EXPECT_EQ(topics_text(example(), {}),
            "topic  share   NPMI  UMass  strongest columns\n"
            "    0  75.0%   0.25  -1.50  gödel 0.50  say, \"x\" 0.12\n"
            "                            rows:  r3 2.0\n"
            "\n"
            "    1  25.0%   0.75  -0.50  1 1.0\n"
            "\n"
            "    2   0.0%      -      -  (a dead component: no column has a weight)\n"
            "\n"
            "share: of the sum of W·H. NPMI and UMass: whether the columns occur in the same rows\n"
            "of 'corpus.h5ad'; more is better. Means 0.50 and -1.00.\n");
}

TEST(TopicsText, BreaksLinesAtTheWidthAndCutsLongNames) {
  TopicsReport report;
  report.topics = {{1, std::nullopt, {}, {}}};
  for (Index column = 0; column < 20; ++column) {
    report.topics[0].columns.push_back({column, "größe" + std::to_string(column), 0.5});
  }
  report.topics[0].columns.push_back({20, std::string(500, 'x'), 0.25});
  const Terminal terminal{.width = 60};
  const auto lines = lines_of(topics_text(report, terminal));
  EXPECT_GT(lines.size(), 6U);
  for (const auto& line : lines) {
    const auto width = std::ranges::count_if(line, [](char byte) { return (byte & 0xc0) != 0x80; });
    EXPECT_LE(width, 60) << line;
  }
  EXPECT_NE(topics_text(report, terminal).find(std::string(25, 'x') + "... 0.25"),
            std::string::npos);
}

TEST(TopicsText, ColoursOnlyWhereTheTerminalDoesAndEscapesNames) {
  TopicsReport report;
  report.topics = {{1, std::nullopt, {{0, "red\x1b[31m\n", 0.5}}, {}}};
  const std::string plain = topics_text(report, {});
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(plain.find("red\\x1b[31m\\x0a 0.50"), std::string::npos) << plain;
  const std::string coloured = topics_text(report, {.gray_blocks = true});
  EXPECT_NE(coloured.find("red\\x1b[31m\\x0a\x1b[2m 0.50\x1b[22m"), std::string::npos);
}

}  // namespace
}  // namespace tessera::report
