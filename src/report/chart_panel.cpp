#include "tessera/report/chart_panel.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tessera/report/axis.hpp"
#include "tessera/report/chart_elements.hpp"
#include "tessera/report/svg_text.hpp"

namespace tessera::report {
namespace {

// Units of the picture; on a screen about one pixel.
constexpr double kLeftMargin = 16;
constexpr double kRightMargin = 26;  // for half of the last number below
constexpr double kAbovePlot = 34;    // heading
constexpr double kAboveUntitled = 10;
constexpr double kBelowPlot = 52;  // tick labels and axis label
constexpr double kMarkSpacing = 110;
constexpr double kMostMarks = 8;

constexpr double kLargestValue = 1e100;
constexpr std::size_t kMostPoints = 400;
constexpr double kThinTolerance = 0.1;

/// A panel laid out: where its axes stand on the paper and what they show.
struct Plot {
  const Panel& panel;
  Axis x;
  Axis y;
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
  bool empty = false;
};

bool can_be_drawn(double value, bool logarithmic) {
  return std::abs(value) <= kLargestValue && (!logarithmic || value >= 1 / kLargestValue);
}

std::vector<Point> all_points(const Panel& panel) {
  std::vector<Point> points;
  for (const auto& series : panel.series) {
    const auto own = drawable_points(series, panel);
    points.insert(points.end(), own.begin(), own.end());
  }
  return points;
}

Range range_of(const std::vector<Point>& points, double Point::*coordinate) {
  const auto [low, high] = std::ranges::minmax_element(points, {}, coordinate);
  return {(*low).*coordinate, (*high).*coordinate};
}

/// Some room, so that no curve lies on the frame; what is never negative gets none below zero.
Range with_room(Range range, bool logarithmic, bool above) {
  constexpr double kRoom = 0.04;
  if (logarithmic) {
    const double factor = std::pow(range.high / range.low, kRoom);
    return {range.low / factor, above ? range.high * factor : range.high};
  }
  const double room = kRoom * (range.high - range.low);
  const double low = range.low - room;
  return {range.low >= 0 ? std::max(low, 0.0) : low, above ? range.high + room : range.high};
}

/// The values the y axis shows: those up to y_max, where there are any.
Range visible_y(const Panel& panel, const std::vector<Point>& points) {
  const Range whole = range_of(points, &Point::y);
  const bool cut = panel.y_max && *panel.y_max >= whole.low && *panel.y_max < whole.high;
  return with_room({whole.low, cut ? *panel.y_max : whole.high}, panel.log_y, !cut);
}

double label_width(const Axis& axis) {
  double width = 0;
  for (const auto& tick : axis.ticks) {
    width = std::max(width, text_width(tick.label, kTickSize));
  }
  return width;
}

Plot lay_out(const Panel& panel, const PanelBox& box) {
  const auto points = all_points(panel);
  const Range nothing = {1, 10};
  const Range x = points.empty() ? nothing : range_of(points, &Point::x);
  const Range y = points.empty() ? nothing : visible_y(panel, points);
  Plot plot{panel,
            make_axis(x, panel.log_x),
            make_axis(y, panel.log_y),
            box.left,
            box.top,
            box.width,
            box.height,
            points.empty()};
  const double label_column = kLabelSize + 12 + label_width(plot.y) + 8;
  plot.left += kLeftMargin + label_column;
  const double above = panel.title.empty() ? kAboveUntitled : kAbovePlot;
  plot.top += above;
  plot.height -= above + kBelowPlot;
  plot.width -= kLeftMargin + kRightMargin + label_column;
  return plot;
}

double x_on_paper(const Plot& plot, double value) { return plot.width * plot.x.position(value); }

/// Values far above the axis come nearer: they are cut off anyway, and numbers stay short.
double y_on_paper(const Plot& plot, double value) {
  constexpr double kFarthest = 20;  // lengths of the axis
  return plot.height * (1 - std::min(plot.y.position(value), kFarthest));
}

/// Grid lines of the labelled ticks, or of the others.
std::string grid(const Plot& plot, bool labelled) {
  std::string path;
  for (const auto& tick : plot.x.ticks) {
    if (tick.label.empty() != labelled) {
      path += fmt::format("M{:.1f} {:.1f}v{:.1f}", plot.left + x_on_paper(plot, tick.value),
                          plot.top, plot.height);
    }
  }
  for (const auto& tick : plot.y.ticks) {
    if (tick.label.empty() != labelled) {
      path += fmt::format("M{:.1f} {:.1f}h{:.1f}", plot.left,
                          plot.top + y_on_paper(plot, tick.value), plot.width);
    }
  }
  return path.empty()
             ? ""
             : fmt::format("<path class=\"{}\" d=\"{}\"/>\n", labelled ? "grid" : "fine", path);
}

/// Numbers along both axes. Those along x that would touch the one before are left out.
std::string tick_labels(const Plot& plot) {
  std::string svg;
  double free_from = 0;
  for (const auto& tick : plot.x.ticks) {
    const double x = plot.left + x_on_paper(plot, tick.value);
    const double half = text_width(tick.label, kTickSize) / 2;
    if (!tick.label.empty() && x - half >= free_from) {
      svg += text_element(x, plot.top + plot.height + 18, "tick", "middle", tick.label);
      free_from = x + half + 6;
    }
  }
  for (const auto& tick : plot.y.ticks) {
    if (!tick.label.empty()) {
      svg += text_element(plot.left - 8, plot.top + y_on_paper(plot, tick.value) + 4, "tick", "end",
                          tick.label);
    }
  }
  return svg;
}

std::string axis_titles(const Plot& plot) {
  const double middle = plot.left + plot.width / 2;
  const double x = plot.left - label_width(plot.y) - 20;
  const double y = plot.top + plot.height / 2;
  return text_element(middle, plot.top - 12, "heading", "middle",
                      fitted(plot.panel.title, plot.width, kHeadingSize)) +
         text_element(middle, plot.top + plot.height + 40, "label", "middle",
                      fitted(plot.panel.x_label, plot.width, kLabelSize)) +
         fmt::format(
             "<text class=\"label\" transform=\"translate({:.1f} {:.1f}) rotate(-90)\" "
             "text-anchor=\"middle\">{}</text>\n",
             x, y, xml_text(fitted(plot.panel.y_label, plot.height, kLabelSize)));
}

/// Here and there on the line and at its end, within the frame; elsewhere for every style.
std::vector<Point> mark_places(const std::vector<Point>& line, int style) {
  std::vector<Point> visible = line;
  for (auto& point : visible) {
    point.y = std::max(point.y, 0.0);
  }
  const double spacing = std::max(kMarkSpacing, length(visible) / kMostMarks);
  // The golden ratio spreads any number of phases evenly.
  auto places = places_along(line, spacing * std::fmod(0.5 + 0.618 * style, 1.0), spacing);
  std::erase_if(places, [](Point place) { return place.y < 0; });
  return places;
}

std::string curve(const Plot& plot, const Series& series, int style) {
  auto points = drawable_points(series, plot.panel);
  for (auto& point : points) {
    point = {x_on_paper(plot, point.x), y_on_paper(plot, point.y)};
  }
  points = thin(points, kMostPoints, kThinTolerance);
  if (points.empty()) {
    return "";
  }
  return line_element(style, points, series.name) +
         marks_element(style, mark_places(points, style));
}

/// All curves, cut off at the frame except that marks on it are whole. A nested picture cuts
/// without an identifier, of which a page with several charts would have duplicates.
std::string curves(const Plot& plot, const Styles& styles) {
  const double reach = kMarkRadius + 3;
  std::string svg = fmt::format(
      "<svg x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"{3:.1f}\" "
      "viewBox=\"-{4} 0 {2:.1f} {3:.1f}\" overflow=\"hidden\">\n",
      plot.left - reach, plot.top, plot.width + 2 * reach, plot.height + reach, reach);
  for (const auto& series : plot.panel.series) {
    svg += curve(plot, series, styles.at(series.name));
  }
  return svg + "</svg>\n";
}

}  // namespace

std::vector<Point> drawable_points(const Series& series, const Panel& panel) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (can_be_drawn(series.x[i], panel.log_x) && can_be_drawn(series.y[i], panel.log_y)) {
      points.push_back({series.x[i], series.y[i]});
    }
  }
  return points;
}

std::string panel_elements(const Panel& panel, const PanelBox& box, const Styles& styles) {
  const Plot plot = lay_out(panel, box);
  return grid(plot, false) + grid(plot, true) +
         fmt::format(
             "<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
             "height=\"{:.1f}\"/>\n",
             plot.left, plot.top, plot.width, plot.height) +
         axis_titles(plot) + tick_labels(plot) +
         (plot.empty ? text_element(plot.left + plot.width / 2, plot.top + plot.height / 2, "label",
                                    "middle", "no data")
                     : curves(plot, styles));
}

}  // namespace tessera::report
