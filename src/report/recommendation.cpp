#include "tessera/report/recommendation.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tessera/core/log.hpp"
#include "tessera/io/csv_text.hpp"

namespace tessera::report {

std::string recommendations_text(const std::vector<Recommendation>& list) {
  std::string text;
  for (const Recommendation& one : list) {
    text += fmt::format("{}user {}\n", text.empty() ? "" : "\n", log::escape_line(one.user));
    int rank = 0;
    for (const RecommendedItem& item : one.items) {
      text += fmt::format("{:>4} {:>9.4g}  {}\n", ++rank, item.score, log::escape_line(item.name));
    }
  }
  return text;
}

std::string recommendations_csv(const std::vector<Recommendation>& list) {
  std::string text = "user,rank,item,column,score\n";
  for (const Recommendation& one : list) {
    int rank = 0;
    for (const RecommendedItem& item : one.items) {
      text += fmt::format("{},{},{},{},{}\n", io::csv_field(one.user), ++rank,
                          io::csv_field(item.name), item.column, item.score);
    }
  }
  return text;
}

std::string recommendations_json(const std::string& model,
                                 const std::vector<Recommendation>& list) {
  auto users = nlohmann::ordered_json::array();
  for (const Recommendation& one : list) {
    auto items = nlohmann::ordered_json::array();
    for (const RecommendedItem& item : one.items) {
      items.push_back({{"item", item.name}, {"column", item.column}, {"score", item.score}});
    }
    users.push_back({{"user", one.user}, {"row", one.row}, {"items", std::move(items)}});
  }
  const nlohmann::ordered_json json = {
      {"command", "recommend"}, {"model", model}, {"users", std::move(users)}};
  // Names need not be UTF-8, JSON must be.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tessera::report
