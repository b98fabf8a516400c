#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tessera::report {

/// One curve: point i is (x[i], y[i]), in the order in which the line joins them.
struct Series {
  std::string name;  ///< in the legend; the same name looks the same in every panel
  std::vector<double> x;
  std::vector<double> y;
};

/// One pair of axes.
struct Panel {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  bool log_x = false;
  bool log_y = false;
  /// Curves are cut off above this, so that a far start does not flatten the interesting end.
  /// Ignored where no point lies at or below it.
  std::optional<double> y_max;
};

/// Line charts side by side with one legend below, as a self-contained SVG picture of 1000 units'
/// width that follows the reader's light or dark mode. Curves differ in colour (Okabe & Ito, 2008,
/// legible to colour-blind readers), dashes and marks; a curve keeps at most 400 points. Points
/// that are not finite, or not positive on a logarithmic axis, or beyond ±10¹⁰⁰, are left out.
/// @pre x and y of every series have the same length. @throws UsageError that names the series
/// otherwise.
[[nodiscard]] std::string chart_svg(const std::string& title, const std::vector<Panel>& panels);

/// One pair of axes for a page that has chart_style_sheet() (chart_elements.hpp), 360 units wide,
/// as telephones are, with a legend below where there are several curves. The title is for those
/// who cannot see it: the page has a heading of its own. Otherwise as chart_svg().
[[nodiscard]] std::string inline_chart_svg(const std::string& title, const Panel& panel);

/// Writes chart_svg() to a file that appears only when it is complete. @throws IoError.
void write_chart(const std::string& path, const std::string& title,
                 const std::vector<Panel>& panels);

}  // namespace tessera::report
