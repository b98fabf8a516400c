#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "tessera/report/chart.hpp"

#include "page_parts.hpp"
#include "page_sections.hpp"

namespace tessera::report::page {
namespace {

constexpr std::size_t kTableRows = 30;
/// Curves begin with the value after so many iterations: the first ones tower over the rest.
constexpr std::size_t kFirstDrawn = 3;

using History = std::vector<IterationRecord>;
using Value = std::function<double(const IterationRecord&)>;

double iteration_of(const IterationRecord& record) { return static_cast<double>(record.iteration); }

bool knows(const History& history, double IterationRecord::*field) {
  return std::ranges::any_of(history,
                             [&](const auto& record) { return std::isfinite(record.*field); });
}

/// The measure that a person wants to see fall.
struct Measure {
  std::string name;
  double IterationRecord::*field;
};

Measure measure_of(const History& history) {
  return knows(history, &IterationRecord::relative_error)
             ? Measure{"relative error", &IterationRecord::relative_error}
             : Measure{"loss", &IterationRecord::loss};
}

Panel curve(const History& history, const Measure& measure, const std::string& x_label,
            const Value& abscissa) {
  Panel panel;
  panel.x_label = x_label;
  panel.y_label = measure.name;
  Series series{measure.name, {}, {}};
  for (const auto& record : history) {
    series.x.push_back(abscissa(record));
    series.y.push_back(record.*measure.field);
  }
  panel.log_y = std::ranges::all_of(series.y, [](double y) { return !(y <= 0); });
  if (series.y.size() > 2 * kFirstDrawn) {
    panel.y_max = *std::max_element(series.y.begin() + kFirstDrawn, series.y.end());
  }
  panel.series = {std::move(series)};
  return panel;
}

/// What each iteration takes away from the loss, as a share of it. Rises have no place there.
Panel gains(const History& history) {
  Panel panel;
  panel.x_label = "iteration";
  panel.y_label = "decrease of the loss";
  panel.log_y = true;
  Series series{"decrease", {}, {}};
  for (std::size_t i = 1; i < history.size(); ++i) {
    series.x.push_back(iteration_of(history[i]));
    series.y.push_back((history[i - 1].loss - history[i].loss) / std::abs(history[i - 1].loss));
  }
  panel.series = {std::move(series)};
  return panel;
}

Index count_rises(const History& history) {
  Index rises = 0;
  for (std::size_t i = 1; i < history.size(); ++i) {
    rises += history[i].loss > history[i - 1].loss ? 1 : 0;
  }
  return rises;
}

std::string chart(const std::string& title, const Panel& panel, const std::string& caption) {
  return figure("chart", inline_chart_svg(title, panel), caption);
}

/// At most kTableRows of them, at equal distances, with the first and the last.
History thinned(const History& history) {
  if (history.size() <= kTableRows) {
    return history;
  }
  History rows;
  for (std::size_t i = 0; i < kTableRows; ++i) {
    rows.push_back(history[i * (history.size() - 1) / (kTableRows - 1)]);
  }
  return rows;
}

std::string numbers(const History& history) {
  struct Column {
    std::string head;
    double IterationRecord::*field;
  };
  std::vector<Column> columns = {{"seconds", &IterationRecord::seconds},
                                 {"loss", &IterationRecord::loss}};
  for (const auto& [head, field] : {Column{"relative error", &IterationRecord::relative_error},
                                    Column{"KKT residual", &IterationRecord::kkt_residual},
                                    Column{"held-out RMSE", &IterationRecord::held_out_rmse},
                                    Column{"held-out MAE", &IterationRecord::held_out_mae}}) {
    if (knows(history, field)) {
      columns.push_back({head, field});
    }
  }
  std::vector<std::string> head = {"iteration"};
  for (const auto& column : columns) {
    head.push_back(column.head);
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& record : thinned(history)) {
    rows.push_back({std::to_string(record.iteration)});
    for (const auto& column : columns) {
      const double value = record.*column.field;
      rows.back().push_back(std::isfinite(value) ? fmt::format("{:.6g}", value) : "–");
    }
  }
  return table(rows.size() == history.size()
                   ? "Every iteration"
                   : fmt::format("{} of {} iterations; the file holds all of them in /history",
                                 rows.size(), history.size()),
               head, rows);
}

std::string charts(const History& history) {
  const Measure measure = measure_of(history);
  const auto seconds = [](const IterationRecord& record) { return record.seconds; };
  std::string html = chart("Error by iteration", curve(history, measure, "iteration", iteration_of),
                           fmt::format("The {} after each iteration.", measure.name)) +
                     chart("Error by time", curve(history, measure, "seconds in the loop", seconds),
                           fmt::format("The same {} against the time that it took.", measure.name));
  const Index rises = count_rises(history);
  html += chart("Decrease of the loss by iteration", gains(history),
                "How much of the loss each iteration took away: what a further one may bring." +
                    (rises > 0 ? fmt::format(" It rose in {}, which the line leaves out.",
                                             count(rises, "iteration"))
                               : std::string()));
  if (knows(history, &IterationRecord::held_out_rmse)) {
    html +=
        chart("Error on entries held out",
              curve(history, {"RMSE", &IterationRecord::held_out_rmse}, "iteration", iteration_of),
              "The error on entries that the run does not see. Where it rises while the loss "
              "falls, the run fits noise.");
  }
  if (knows(history, &IterationRecord::kkt_residual)) {
    html += chart(
        "KKT residual",
        curve(history, {"KKT residual", &IterationRecord::kkt_residual}, "iteration", iteration_of),
        "How far from a stationary point; 0 is one.");
  }
  return html;
}

}  // namespace

std::string convergence(const ModelPage& page) {
  const auto& history = page.info.history;
  if (history.size() < 2) {
    return section("convergence", "Convergence",
                   paragraph(history.empty() ? "This result holds no history."
                                             : "One iteration was enough: there is no curve."));
  }
  return section("convergence", "Convergence",
                 "<div class=\"charts\">\n" + charts(history) + "</div>\n" +
                     details("The numbers", numbers(history)));
}

}  // namespace tessera::report::page
