#include "tessera/report/evaluation.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tessera/report/summary.hpp"

namespace tessera::report {
namespace {

Evaluation example() {
  return {.version = "1.2.3",
          .input = "ratings.mtx",
          .model = "result.h5",
          .rows = 40,
          .columns = 30,
          .rank = 5,
          .entries = 1200,
          .relative_error = 0.25,
          .rmse = 0.9375,
          .mae = std::numeric_limits<double>::quiet_NaN(),
          .kl = 0.125,
          .configuration = "missing = zeros\n"};
}

TEST(EvaluationText, HasOneNumberALine) {
  EXPECT_EQ(evaluation_text(example()),
            "entries         1200\n"
            "relative error  0.250000\n"
            "RMSE            0.937500\n"
            "MAE             -\n"
            "mean KL         0.125000\n");
}

Evaluation with_labels() {
  Evaluation evaluation = example();
  evaluation.input.clear();
  auto& [source, agreement, names] = evaluation.labels.emplace();
  source = "labels.txt";
  agreement.clusters = 2;
  agreement.labels = 3;
  agreement.accuracy = 0.5;
  agreement.nmi = 0.25;
  agreement.purity = 0.75;
  agreement.ari = 0.125;
  agreement.matching = {{1, 2, 30}, {4, 0, 7}};
  names = {"earth\n", "wind", "fire"};
  return evaluation;
}

TEST(EvaluationText, TellsLabelsWithAndWithoutAMatrix) {
  const std::string labels =
      "labels          3 in 'labels.txt'\n"
      "components      2 that are the strongest of a row\n"
      "accuracy        0.500000\n"
      "NMI             0.250000\n"
      "purity          0.750000\n"
      "ARI             0.125000\n"
      "\n"
      "component      rows  label (one to one)\n"
      "        1        30  fire\n"
      "        4         7  earth\\x0a\n";
  EXPECT_EQ(evaluation_text(with_labels()), labels);
  Evaluation both = with_labels();
  both.input = "a.h5";
  EXPECT_EQ(evaluation_text(both), evaluation_text(example()) + "\n" + labels);
}

TEST(EvaluationJson, HoldsLabels) {
  const auto json = nlohmann::json::parse(evaluation_json(with_labels()));
  EXPECT_TRUE(json["input"].is_null());
  const auto& labels = json["labels"];
  EXPECT_EQ(labels["source"], "labels.txt");
  EXPECT_EQ(labels["labels"], 3);
  EXPECT_EQ(labels["clusters"], 2);
  EXPECT_EQ(labels["nmi"], 0.25);
  EXPECT_EQ(labels["matching"][0]["component"], 1);
  EXPECT_EQ(labels["matching"][0]["label"], "fire");
  EXPECT_EQ(labels["matching"][0]["rows"], 30);
  EXPECT_TRUE(nlohmann::json::parse(evaluation_json(example()))["labels"].is_null());
}

TEST(EvaluationJson, HoldsEverything) {
  const auto json = nlohmann::json::parse(evaluation_json(example()));
  EXPECT_EQ(json["command"], "evaluate");
  EXPECT_EQ(json["input"], "ratings.mtx");
  EXPECT_EQ(json["model"], "result.h5");
  EXPECT_EQ(json["rows"], 40);
  EXPECT_EQ(json["rank"], 5);
  EXPECT_EQ(json["entries"], 1200);
  EXPECT_EQ(json["relative_error"], 0.25);
  EXPECT_EQ(json["rmse"], 0.9375);
  EXPECT_TRUE(json["mae"].is_null());
  EXPECT_EQ(json["mean_kl"], 0.125);
  EXPECT_EQ(json["configuration"], "missing = zeros\n");
}

Evaluation with_ranking() {
  Evaluation evaluation = example();
  evaluation.ranking = RankingEvaluation{.at = 10,
                                         .relevant = 4,
                                         .seen = "train.h5",
                                         .rows = 20,
                                         .model = {0.25, 0.125, 0.5},
                                         .popular = RankingQuality{0.125, 0.0625, 0.25}};
  return evaluation;
}

TEST(EvaluationText, ShowsRankingsBesideTheMostPopularColumns) {
  const std::string text = evaluation_text(with_ranking());
  EXPECT_NE(text.find("rows ranked     20\n"
                      "precision@10    0.250000   most popular columns: 0.125000\n"
                      "recall@10       0.125000   most popular columns: 0.062500\n"
                      "NDCG@10         0.500000   most popular columns: 0.250000\n"),
            std::string::npos)
      << text;
}

TEST(EvaluationJson, HoldsRankings) {
  const auto ranking = nlohmann::json::parse(evaluation_json(with_ranking()))["ranking"];
  EXPECT_EQ(ranking["at"], 10);
  EXPECT_EQ(ranking["relevant"], 4);
  EXPECT_EQ(ranking["seen"], "train.h5");
  EXPECT_EQ(ranking["rows"], 20);
  EXPECT_EQ(ranking["model"]["precision"], 0.25);
  EXPECT_EQ(ranking["most_popular"]["ndcg"], 0.25);
  EXPECT_TRUE(nlohmann::json::parse(evaluation_json(example()))["ranking"].is_null());
}

RunReport with_held_out() {
  RunReport report;
  report.outcome.held_out = {12, 0.5, 0.25, 0.125};
  return report;
}

TEST(HeldOutSummary, StandsInTheSummaryOfTheRun) {
  EXPECT_NE(summary_text(with_held_out())
                .find("held out         12 entries: RMSE 0.5, MAE 0.25, mean KL 0.125\n"),
            std::string::npos);
  EXPECT_EQ(summary_text(RunReport{}).find("held out"), std::string::npos);
}

TEST(HeldOutSummary, StandsInTheReport) {
  const auto held_out = nlohmann::json::parse(report_json(with_held_out()))["outcome"]["held_out"];
  EXPECT_EQ(held_out["entries"], 12);
  EXPECT_EQ(held_out["rmse"], 0.5);
  EXPECT_EQ(held_out["mae"], 0.25);
  EXPECT_EQ(held_out["mean_kl"], 0.125);
  EXPECT_TRUE(nlohmann::json::parse(report_json({}))["outcome"]["held_out"].is_null());
}

}  // namespace
}  // namespace tessera::report
