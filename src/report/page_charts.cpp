#include "page_charts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tessera/report/axis.hpp"
#include "tessera/report/svg_text.hpp"

#include "page_parts.hpp"

namespace tessera::report::page {
namespace {

constexpr double kWidth = 360;
constexpr double kLabelSize = 12;

std::string open(const std::string& title, const std::string& description, double height) {
  return fmt::format(
      "<svg class=\"plain\" role=\"img\" viewBox=\"0 0 {:.0f} {:.0f}\">\n<title>{}</title>\n{}",
      kWidth, height, xml_text(title),
      description.empty() ? "" : "<desc>" + xml_text(description) + "</desc>\n");
}

std::string text(double x, double y, std::string_view anchor, const std::string& content,
                 double size = kLabelSize) {
  return fmt::format(
      "<text class=\"quiet\" x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\" "
      "text-anchor=\"{}\">{}</text>\n",
      x, y, size, anchor, xml_text(content));
}

}  // namespace

std::string share_bars(const std::string& title, const std::string& description,
                       std::span<const double> values) {
  constexpr double kTop = 8;
  constexpr double kHeight = 130;  // of the highest bar
  constexpr double kLeft = 44;
  constexpr std::size_t kMostLabels = 12;
  constexpr double kPlotWidth = kWidth - kLeft - 6;
  const Axis axis = make_axis({0, 100 * *std::ranges::max_element(values)}, false);
  const auto y = [&](double share) { return kTop + kHeight * (1 - axis.position(100 * share)); };
  std::string svg = open(title, description, kTop + kHeight + 38);
  for (const auto& tick : axis.ticks) {
    if (!tick.label.empty()) {
      const double at = y(tick.value / 100);
      svg += fmt::format("<path class=\"edge\" d=\"M{:.1f} {:.1f}h{:.1f}\"/>\n", kLeft, at,
                         kPlotWidth) +
             text(kLeft - 6, at + 4, "end", tick.label + " %");
    }
  }
  const double step = kPlotWidth / static_cast<double>(values.size());
  const double bar = std::min(0.8 * step, 48.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    svg += fmt::format(
        "<rect class=\"filled\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\">"
        "<title>component {}: {}</title></rect>\n",
        kLeft + step * (static_cast<double>(i) + 0.5) - bar / 2, y(values[i]), bar,
        kTop + kHeight - y(values[i]), i, percent(values[i]));
  }
  const std::size_t stride = (values.size() + kMostLabels - 1) / kMostLabels;
  for (std::size_t i = 0; i < values.size(); i += stride) {
    svg += text(kLeft + step * (static_cast<double>(i) + 0.5), kTop + kHeight + 16, "middle",
                std::to_string(i));
  }
  return svg + text(kLeft + kPlotWidth / 2, kTop + kHeight + 32, "middle", "component") +
         "</svg>\n";
}

std::string profile(const std::string& title, std::span<const double> values) {
  constexpr double kHeight = 90;
  constexpr double kInset = 2;
  const double largest = values.empty() ? 0 : *std::ranges::max_element(values);
  const double step =
      (kWidth - 2 * kInset) / static_cast<double>(std::max<std::size_t>(values.size(), 1));
  const auto y = [&](double value) {
    return largest > 0 ? kHeight - kInset - (kHeight - 3 * kInset) * value / largest
                       : kHeight - kInset;
  };
  // Steps, so that a single column is seen as one.
  std::string path = fmt::format("M{:.1f} {:.1f}", kInset, kHeight - kInset);
  for (const double value : values) {
    path += fmt::format("V{:.1f}h{:.2f}", y(value), step);
  }
  return open(title, "", kHeight) +
         fmt::format("<path class=\"filled\" d=\"{}V{:.1f}z\"/>\n", path, kHeight - kInset) +
         fmt::format("<path class=\"edge\" d=\"M0 {0:.1f}h{1:.1f}\"/>\n</svg>\n", kHeight - kInset,
                     kWidth);
}

std::string heat_map(const std::string& title, const std::string& description,
                     ConstMatrixView<double> values, const std::vector<std::string>& labels) {
  constexpr double kMargin = 30;
  constexpr double kScaleHeight = 34;
  constexpr double kLargestSide = 40;
  const auto size = static_cast<double>(values.rows());
  const double side = std::min((kWidth - kMargin - 4) / size, kLargestSide);
  const double font = std::min(kLabelSize, 0.62 * side);
  std::string svg = open(title, description, kMargin + side * size + kScaleHeight);
  for (Index i = 0; i < values.rows(); ++i) {
    const double at = kMargin + side * static_cast<double>(i);
    const auto& label = labels[static_cast<std::size_t>(i)];
    svg += text(kMargin - 5, at + side / 2 + font / 3, "end", label, font) +
           text(at + side / 2, kMargin - 6, "middle", label, font);
    for (Index j = 0; j < values.columns(); ++j) {
      svg += fmt::format(
          "<rect class=\"filled\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
          "fill-opacity=\"{:.2f}\"><title>{} and {}: {:.2f}</title></rect>\n",
          kMargin + side * static_cast<double>(j), at, side - 0.5, side - 0.5, values(i, j), label,
          labels[static_cast<std::size_t>(j)], values(i, j));
    }
  }
  svg += fmt::format(
      "<rect class=\"edge\" x=\"{0:.1f}\" y=\"{0:.1f}\" width=\"{1:.1f}\" height=\"{1:.1f}\"/>\n",
      kMargin, side * size);
  const double scale_top = kMargin + side * size + 12;
  for (int step = 0; step <= 10; ++step) {
    svg += fmt::format(
        "<rect class=\"filled\" x=\"{:.0f}\" y=\"{:.1f}\" width=\"16\" height=\"12\" "
        "fill-opacity=\"{:.1f}\"/>\n",
        kMargin + 20 + 16 * step, scale_top, 0.1 * step);
  }
  return svg + text(kMargin + 12, scale_top + 10, "end", "0") +
         text(kMargin + 20 + 16 * 11 + 6, scale_top + 10, "start", "1 (same direction)") +
         "</svg>\n";
}

}  // namespace tessera::report::page
