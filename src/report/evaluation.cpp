#include "tessera/report/evaluation.hpp"

#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tessera/core/log.hpp"

namespace tessera::report {
namespace {

std::string line(std::string_view name, double value) {
  return fmt::format("{:<16}{}\n", name,
                     std::isnan(value) ? std::string("-") : fmt::format("{:.6f}", value));
}

/// "precision@10    0.213000   most popular columns: 0.180000"
std::string ranking_line(std::string_view name, const RankingEvaluation& ranking,
                         double RankingQuality::*quality) {
  const auto number = [](double value) {
    return std::isnan(value) ? std::string("-") : fmt::format("{:.6f}", value);
  };
  return fmt::format(
      "{:<16}{}{}\n", fmt::format("{}@{}", name, ranking.at), number(ranking.model.*quality),
      ranking.popular
          ? fmt::format("   most popular columns: {}", number(*ranking.popular.*quality))
          : "");
}

std::string ranking_text(const RankingEvaluation& ranking) {
  return fmt::format("{:<16}{:.0f}\n", "rows ranked", ranking.rows) +
         ranking_line("precision", ranking, &RankingQuality::precision) +
         ranking_line("recall", ranking, &RankingQuality::recall) +
         ranking_line("NDCG", ranking, &RankingQuality::ndcg);
}

nlohmann::ordered_json quality_json(const RankingQuality& quality) {
  return {{"precision", quality.precision}, {"recall", quality.recall}, {"ndcg", quality.ndcg}};
}

/// null where nothing was ranked.
nlohmann::ordered_json ranking_json(const std::optional<RankingEvaluation>& ranking) {
  if (!ranking) {
    return nullptr;
  }
  nlohmann::ordered_json json = {
      {"at", ranking->at},     {"relevant", ranking->relevant},         {"seen", ranking->seen},
      {"rows", ranking->rows}, {"model", quality_json(ranking->model)}, {"most_popular", nullptr}};
  if (ranking->popular) {
    json["most_popular"] = quality_json(*ranking->popular);
  }
  return json;
}

std::string matrix_text(const Evaluation& evaluation) {
  return fmt::format("{:<16}{:.0f}\n", "entries", evaluation.entries) +
         line("relative error", evaluation.relative_error) + line("RMSE", evaluation.rmse) +
         line("MAE", evaluation.mae) + line("mean KL", evaluation.kl) +
         (evaluation.ranking ? ranking_text(*evaluation.ranking) : "");
}

const std::string& label_of(const LabelEvaluation& labels, const Overlap& pair) {
  return labels.names[static_cast<std::size_t>(pair.label)];
}

std::string label_text(const LabelEvaluation& labels) {
  const Agreement& found = labels.agreement;
  std::string text =
      fmt::format("{:<16}{} in '{}'\n{:<16}{} that are the strongest of a row\n", "labels",
                  found.labels, log::escape_line(labels.source), "components", found.clusters) +
      line("accuracy", found.accuracy) + line("NMI", found.nmi) + line("purity", found.purity) +
      line("ARI", found.ari);
  text += "\ncomponent      rows  label (one to one)\n";
  for (const Overlap& pair : found.matching) {
    text += fmt::format("{:>9}{:>10}  {}\n", pair.cluster, pair.rows,
                        log::escape_line(label_of(labels, pair)));
  }
  return text;
}

nlohmann::ordered_json label_json(const LabelEvaluation& labels) {
  const Agreement& found = labels.agreement;
  nlohmann::ordered_json json = {
      {"source", labels.source},    {"labels", found.labels},
      {"clusters", found.clusters}, {"accuracy", found.accuracy},
      {"nmi", found.nmi},           {"purity", found.purity},
      {"ari", found.ari},           {"matching", nlohmann::ordered_json::array()}};
  for (const Overlap& pair : found.matching) {
    json["matching"].push_back(
        {{"component", pair.cluster}, {"label", label_of(labels, pair)}, {"rows", pair.rows}});
  }
  return json;
}

}  // namespace

std::string evaluation_text(const Evaluation& evaluation) {
  const bool has_matrix = !evaluation.input.empty();
  std::string text = has_matrix ? matrix_text(evaluation) : "";
  if (evaluation.labels) {
    text += has_matrix ? "\n" : "";
    text += label_text(*evaluation.labels);
  }
  return text;
}

std::string evaluation_json(const Evaluation& evaluation) {
  nlohmann::ordered_json json = {{"command", "evaluate"},
                                 {"version", evaluation.version},
                                 {"input", nullptr},
                                 {"model", evaluation.model},
                                 {"rows", evaluation.rows},
                                 {"columns", evaluation.columns},
                                 {"rank", evaluation.rank},
                                 {"entries", evaluation.entries},
                                 {"relative_error", evaluation.relative_error},
                                 {"rmse", evaluation.rmse},
                                 {"mae", evaluation.mae},
                                 {"mean_kl", evaluation.kl},
                                 {"ranking", ranking_json(evaluation.ranking)},
                                 {"labels", nullptr},
                                 {"configuration", evaluation.configuration}};
  if (!evaluation.input.empty()) {
    json["input"] = evaluation.input;
  }
  if (evaluation.labels) {
    json["labels"] = label_json(*evaluation.labels);
  }
  // File names need not be UTF-8, JSON must be; NaN is written as null.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tessera::report
