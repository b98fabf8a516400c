#include "tessera/report/chart.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/report/chart_elements.hpp"
#include "tessera/report/chart_panel.hpp"
#include "tessera/report/svg_text.hpp"

namespace tessera::report {
namespace {

// Units of the picture; on a screen about one pixel.
constexpr double kWidth = 1000;
constexpr double kPanelHeight = 386;
constexpr double kInlineWidth = 360;  // of the narrowest telephone
constexpr double kInlineHeight = 250;
constexpr double kTitleHeight = 36;
constexpr double kTitleSize = 17;
constexpr double kLegendRow = 24;
constexpr double kSampleLength = 44;  // of a line in the legend

void require_pairs(const std::vector<Panel>& panels) {
  for (const auto& panel : panels) {
    for (const auto& series : panel.series) {
      if (series.x.size() != series.y.size()) {
        throw UsageError(fmt::format("cannot draw {}: {} x values but {} y values", series.name,
                                     series.x.size(), series.y.size()));
      }
    }
  }
}

/// Every name once, by first appearance: its place is its style.
std::vector<std::string> names_of(const std::vector<Panel>& panels) {
  std::vector<std::string> names;
  for (const auto& panel : panels) {
    for (const auto& series : panel.series) {
      if (std::ranges::find(names, series.name) == names.end()) {
        names.push_back(series.name);
      }
    }
  }
  return names;
}

Styles styles_of(const std::vector<std::string>& names) {
  Styles styles;
  for (const auto& name : names) {
    styles.emplace(name, static_cast<int>(styles.size()));
  }
  return styles;
}

/// The legend in as many columns as fit, in the middle.
class Legend {
 public:
  Legend(const std::vector<std::string>& names, double width) : names_(names), width_(width) {
    constexpr double kGap = 28;
    const double most_text = 0.44 * width;
    for (const auto& name : names) {
      labels_.push_back(fitted(name, most_text, kLabelSize));
      column_ =
          std::max(column_, kSampleLength + 8 + text_width(labels_.back(), kLabelSize) + kGap);
    }
    const auto most_columns = static_cast<std::size_t>(std::max(width / column_, 1.0));
    rows_ = (names.size() + most_columns - 1) / most_columns;
    columns_ = rows_ == 0 ? 0 : (names.size() + rows_ - 1) / rows_;
  }

  [[nodiscard]] double height() const { return kLegendRow * static_cast<double>(rows_); }

  [[nodiscard]] std::string elements(double top) const {
    const double left = (width_ - column_ * static_cast<double>(columns_)) / 2 + 14;
    std::string svg;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const double x = left + column_ * static_cast<double>(i % columns_);
      const std::size_t row = i / columns_;
      const double y = top + kLegendRow * (static_cast<double>(row) + 0.5);
      const int style = static_cast<int>(i);
      svg += line_element(style, {{x, y}, {x + kSampleLength, y}}, names_[i]) +
             marks_element(style, {{x + kSampleLength / 2, y}}) +
             text_element(x + kSampleLength + 8, y + 4.5, "label", "start", labels_[i]);
    }
    return svg;
  }

 private:
  const std::vector<std::string>& names_;
  double width_;
  std::vector<std::string> labels_;
  double column_ = 1;
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
};

/// What a reader who cannot see the picture wants to know: what is drawn, and how it ends.
std::string description(const std::vector<Panel>& panels) {
  std::string text;
  for (const auto& panel : panels) {
    text += fmt::format("{}{}{}{} against {}.", text.empty() ? "" : " ", panel.title,
                        panel.title.empty() ? "" : ": ", panel.y_label, panel.x_label);
    for (const auto& series : panel.series) {
      const auto points = drawable_points(series, panel);
      text += points.empty() ? fmt::format(" {} has no points.", series.name)
                             : fmt::format(" {} ends at {:.4g} with {:.4g}.", series.name,
                                           points.back().x, points.back().y);
    }
  }
  return text;
}

}  // namespace

std::string chart_svg(const std::string& title, const std::vector<Panel>& panels) {
  require_pairs(panels);
  const auto names = names_of(panels);
  const Styles styles = styles_of(names);
  const Legend legend(names, kWidth);
  const double panel_width = kWidth / static_cast<double>(std::max(panels.size(), std::size_t{1}));
  const double legend_top = kTitleHeight + kPanelHeight + 6;
  const double height = legend_top + legend.height() + 14;

  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tessera-chart\" role=\"img\" "
      "width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\">\n"
      "<title>{2}</title>\n<desc>{3}</desc>\n{4}"
      "<rect class=\"paper\" width=\"{0:.0f}\" height=\"{1:.0f}\"/>\n",
      kWidth, height, xml_text(title), xml_text(description(panels)), chart_style_sheet());
  svg += text_element(kWidth / 2, 28, "title", "middle", fitted(title, kWidth - 32, kTitleSize));
  for (std::size_t i = 0; i < panels.size(); ++i) {
    svg += panel_elements(
        panels[i], {panel_width * static_cast<double>(i), kTitleHeight, panel_width, kPanelHeight},
        styles);
  }
  return svg + legend.elements(legend_top) + "</svg>\n";
}

std::string inline_chart_svg(const std::string& title, const Panel& panel) {
  require_pairs({panel});
  const auto names = names_of({panel});
  const Legend legend(names, kInlineWidth);
  const bool has_legend = names.size() > 1;
  const double height = kInlineHeight + (has_legend ? legend.height() : 0);
  return fmt::format(
             "<svg class=\"tessera-chart\" role=\"img\" viewBox=\"0 0 {:.0f} {:.0f}\">\n"
             "<title>{}</title>\n<desc>{}</desc>\n",
             kInlineWidth, height, xml_text(title), xml_text(description({panel}))) +
         panel_elements(panel, {0, 0, kInlineWidth, kInlineHeight}, styles_of(names)) +
         (has_legend ? legend.elements(kInlineHeight) : "") + "</svg>\n";
}

void write_chart(const std::string& path, const std::string& title,
                 const std::vector<Panel>& panels) {
  const std::string text = chart_svg(title, panels);
  io::write_file_atomically(path, std::as_bytes(std::span(text)));
}

}  // namespace tessera::report
