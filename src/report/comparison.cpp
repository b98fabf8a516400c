#include "tessera/report/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tessera/report/chart.hpp"

#include "history_json.hpp"

namespace tessera::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kClose = 1.01;  // within 1 % of the best error
/// The picture begins with the error after so many iterations: the first ones tower over the rest.
constexpr std::size_t kFirstDrawn = 3;

double seconds_per_iteration(const Contender& contender) {
  return contender.history.empty()
             ? 0.0
             : contender.seconds / static_cast<double>(contender.history.size());
}

std::string first_word(const std::string& name) { return name.substr(0, name.find(' ')); }
std::string rest_of(const std::string& name) { return name.substr(name.find(' ') + 1); }

std::string table_line(const Comparison& comparison, const Contender& contender) {
  const auto close = first_within_one_percent(comparison, contender);
  return fmt::format(
      "{:<16} {:>10.6f} {:>9} {:>6} {:>11.3e} {:>8} {:>9}   {}\n", contender.name, contender.error,
      std::isfinite(contender.kkt_residual) ? fmt::format("{:.2e}", contender.kkt_residual) : "-",
      contender.history.size(), seconds_per_iteration(contender),
      close ? fmt::format("{}", close->iteration) : "-",
      close ? fmt::format("{:.3f}", close->seconds) : "-", contender.stop_reason);
}

/// "loss per entry" as a key.
std::string key_of(std::string name) {
  std::ranges::replace(name, ' ', '_');
  return name;
}

Json contender_json(const Comparison& comparison, const Contender& contender) {
  const auto close = first_within_one_percent(comparison, contender);
  return {{"algorithm", contender.name},
          {key_of(comparison.error_name), contender.error},
          {"kkt_residual", contender.kkt_residual},
          {"iterations", contender.history.size()},
          {"seconds", contender.seconds},
          {"seconds_per_iteration", seconds_per_iteration(contender)},
          {"iterations_to_one_percent", close ? Json(close->iteration) : Json(nullptr)},
          {"seconds_to_one_percent", close ? Json(close->seconds) : Json(nullptr)},
          {"stop_reason", contender.stop_reason},
          {"history", history_json(contender.history)}};
}

template <class Abscissa>
Panel panel_of(const Comparison& comparison, const std::string& x_label, Abscissa&& abscissa) {
  Panel panel;
  panel.x_label = x_label;
  panel.y_label = comparison.error_name;
  panel.log_y = true;
  for (const auto& contender : comparison.contenders) {
    Series series{contender.name, {}, {}};
    for (const auto& record : contender.history) {
      series.x.push_back(abscissa(record));
      series.y.push_back(comparison.error_of(record));
    }
    if (!series.y.empty()) {
      const double early = series.y[std::min(kFirstDrawn, series.y.size() - 1)];
      panel.y_max = std::max(panel.y_max.value_or(early), early);
    }
    panel.series.push_back(std::move(series));
  }
  return panel;
}

}  // namespace

double Comparison::best_error() const {
  double best = std::numeric_limits<double>::infinity();
  for (const auto& contender : contenders) {
    best = std::min(best, contender.error);
  }
  return best;
}

double Comparison::error_of(const IterationRecord& record) const {
  return std::isfinite(record.relative_error) ? record.relative_error
                                              : record.loss / counted_entries;
}

std::optional<IterationRecord> first_within_one_percent(const Comparison& comparison,
                                                        const Contender& contender) {
  const double best = comparison.best_error();
  const auto found = std::ranges::find_if(contender.history, [&](const IterationRecord& record) {
    return comparison.error_of(record) <= kClose * best;
  });
  return found == contender.history.end() ? std::nullopt : std::optional(*found);
}

std::string comparison_text(const Comparison& comparison) {
  std::string text = fmt::format(
      "{}, {} x {}, rank {}, start {}, {} processes of {} threads\n\n"
      "{:<16} {:>10} {:>9} {:>6} {:>11} {:>18}\n"
      "{:<16} {:>10} {:>9} {:>6} {:>11} {:>8} {:>9}   {}\n",
      comparison.input, comparison.rows, comparison.columns, comparison.rank, comparison.start,
      comparison.processes, comparison.threads_per_process, "", first_word(comparison.error_name),
      "KKT", "itera-", "seconds per", "to 1 % above best", "algorithm",
      rest_of(comparison.error_name), "residual", "tions", "iteration", "iter.", "seconds",
      "stopped by");
  for (const auto& contender : comparison.contenders) {
    text += table_line(comparison, contender);
  }
  return text;
}

std::string comparison_json(const Comparison& comparison) {
  Json contenders = Json::array();
  for (const auto& contender : comparison.contenders) {
    contenders.push_back(contender_json(comparison, contender));
  }
  const Json json = {{"command", "compare"},
                     {"version", comparison.version},
                     {"input", comparison.input},
                     {"rows", comparison.rows},
                     {"columns", comparison.columns},
                     {"rank", comparison.rank},
                     {"start", comparison.start},
                     {"processes", comparison.processes},
                     {"threads_per_process", comparison.threads_per_process},
                     {"best_" + key_of(comparison.error_name), comparison.best_error()},
                     {"algorithms", contenders},
                     {"configuration", comparison.configuration}};
  // File names need not be UTF-8, JSON must be.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string comparison_svg(const Comparison& comparison) {
  // Algorithms differ by factors in seconds, by little in iterations.
  auto by_seconds =
      panel_of(comparison, "seconds", [](const IterationRecord& record) { return record.seconds; });
  by_seconds.log_x = true;
  auto by_iterations = panel_of(comparison, "iterations", [](const IterationRecord& record) {
    return static_cast<double>(record.iteration);
  });
  return chart_svg(
      fmt::format("{}, rank {}, start {}", comparison.input, comparison.rank, comparison.start),
      {std::move(by_seconds), std::move(by_iterations)});
}

}  // namespace tessera::report
