#pragma once

#include <map>
#include <string>
#include <vector>

#include "tessera/report/chart.hpp"
#include "tessera/report/curve.hpp"

namespace tessera::report {

/// The space of a panel with its labels.
struct PanelBox {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
};

/// The style of each series (chart_elements.hpp) by its name.
using Styles = std::map<std::string, int>;

/// The points of a series that have a place on the axes of the panel.
[[nodiscard]] std::vector<Point> drawable_points(const Series& series, const Panel& panel);

/// Axes, grid, labels and curves. @pre every series of the panel has a style.
[[nodiscard]] std::string panel_elements(const Panel& panel, const PanelBox& box,
                                         const Styles& styles);

}  // namespace tessera::report
