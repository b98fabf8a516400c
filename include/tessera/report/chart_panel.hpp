#pragma once

#include <map>
#include <string>
#include <vector>

#include "tessera/report/chart.hpp"
#include "tessera/report/curve.hpp"

namespace tessera::report {

inline constexpr double kPanelHeight = 386;  ///< of every panel with its labels

/// The style of each series (chart_elements.hpp) by its name.
using Styles = std::map<std::string, int>;

/// The points of a series that have a place on the axes of the panel.
[[nodiscard]] std::vector<Point> drawable_points(const Series& series, const Panel& panel);

/// Axes, grid, labels and curves in the space that begins at (left, top).
/// @pre every series of the panel has a style.
[[nodiscard]] std::string panel_elements(const Panel& panel, double left, double top, double width,
                                         const Styles& styles);

}  // namespace tessera::report
