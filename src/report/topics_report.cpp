#include "tessera/report/topics_report.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tessera/io/csv_text.hpp"

namespace tessera::report {
namespace {

nlohmann::ordered_json weights_json(const std::vector<NamedWeight>& weights) {
  auto json = nlohmann::ordered_json::array();
  for (const NamedWeight& one : weights) {
    nlohmann::ordered_json entry = {
        {"index", one.index}, {"name", nullptr}, {"weight", one.weight}};
    if (!one.name.empty()) {
      entry["name"] = one.name;
    }
    json.push_back(std::move(entry));
  }
  return json;
}

nlohmann::ordered_json topic_json(const Topic& topic, std::size_t number) {
  const Coherence coherence = topic.coherence.value_or(kNoCoherence);
  return {{"topic", number},
          {"share", topic.share},
          {"umass", coherence.umass},
          {"npmi", coherence.npmi},
          {"columns", weights_json(topic.columns)},
          {"rows", weights_json(topic.rows)}};
}

std::string number_or_nothing(double value) {
  return std::isnan(value) ? "" : fmt::format("{}", value);
}

void append_lines(const Topic& topic, std::size_t number, std::string_view axis,
                  const std::vector<NamedWeight>& weights, std::string& text) {
  const Coherence coherence = topic.coherence.value_or(kNoCoherence);
  for (std::size_t at = 0; at < weights.size(); ++at) {
    text +=
        fmt::format("{},{},{},{},{},{},{},{},{}\n", number, topic.share,
                    number_or_nothing(coherence.umass), number_or_nothing(coherence.npmi), axis,
                    at + 1, weights[at].index, io::csv_field(weights[at].name), weights[at].weight);
  }
}

}  // namespace

Coherence mean_coherence(const TopicsReport& report) {
  Coherence sum{0, 0};
  double topics = 0;
  for (const Topic& topic : report.topics) {
    if (topic.coherence && !std::isnan(topic.coherence->npmi)) {
      sum.umass += topic.coherence->umass;
      sum.npmi += topic.coherence->npmi;
      topics += 1;
    }
  }
  return topics > 0 ? Coherence{sum.umass / topics, sum.npmi / topics} : kNoCoherence;
}

std::string topics_csv(const TopicsReport& report) {
  std::string text = "topic,share,umass,npmi,axis,place,index,name,weight\n";
  for (std::size_t number = 0; number < report.topics.size(); ++number) {
    const Topic& topic = report.topics[number];
    append_lines(topic, number, "column", topic.columns, text);
    append_lines(topic, number, "row", topic.rows, text);
  }
  return text;
}

std::string topics_json(const TopicsReport& report) {
  const Coherence mean = mean_coherence(report);
  nlohmann::ordered_json json = {{"command", "topics"},
                                 {"version", report.version},
                                 {"model", report.model},
                                 {"input", nullptr},
                                 {"rows", report.rows},
                                 {"columns", report.columns},
                                 {"rank", report.topics.size()},
                                 {"mean_umass", mean.umass},
                                 {"mean_npmi", mean.npmi},
                                 {"topics", nlohmann::ordered_json::array()},
                                 {"configuration", report.configuration}};
  if (!report.input.empty()) {
    json["input"] = report.input;
  }
  for (std::size_t number = 0; number < report.topics.size(); ++number) {
    json["topics"].push_back(topic_json(report.topics[number], number));
  }
  // Names need not be UTF-8, JSON must be; NaN is written as null.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tessera::report
