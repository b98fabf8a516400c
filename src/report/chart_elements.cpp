#include "tessera/report/chart_elements.hpp"

#include <fmt/format.h>

#include "tessera/report/svg_text.hpp"

namespace tessera::report {
namespace {

constexpr int kColours = 7;
constexpr int kDashes = 4;
constexpr int kMarks = 5;  // no common factor with the dashes

/// The palette of Okabe & Ito without its yellow, which is too pale on white. Classes name what is
/// drawn, under one class of their own, so that a page around the picture keeps its style.
constexpr std::string_view kStyle = R"(<style>
.tessera-chart text{font-family:sans-serif;fill:#222}
.tessera-chart .title{font-size:17px;font-weight:bold}
.tessera-chart .heading{font-size:14px;font-weight:bold}
.tessera-chart .label{font-size:13px}
.tessera-chart .tick{font-size:12px;fill:#444}
.tessera-chart .paper{fill:#fff}
.tessera-chart .frame{fill:none;stroke:#666}
.tessera-chart .grid{fill:none;stroke:#d0d0d0}
.tessera-chart .fine{fill:none;stroke:#eee}
.tessera-chart .c0{stroke:#0072b2;fill:#0072b2}
.tessera-chart .c1{stroke:#d55e00;fill:#d55e00}
.tessera-chart .c2{stroke:#009e73;fill:#009e73}
.tessera-chart .c3{stroke:#cc79a7;fill:#cc79a7}
.tessera-chart .c4{stroke:#e69f00;fill:#e69f00}
.tessera-chart .c5{stroke:#56b4e9;fill:#56b4e9}
.tessera-chart .c6{stroke:#000;fill:#000}
.tessera-chart .line{fill:none;stroke-width:2;stroke-linejoin:round}
.tessera-chart .d1{stroke-dasharray:9 4}
.tessera-chart .d2{stroke-dasharray:2.5 2.5}
.tessera-chart .d3{stroke-dasharray:10 3 2.5 3}
.tessera-chart .mark{stroke:#fff}
@media screen and (prefers-color-scheme:dark){
.tessera-chart text{fill:#eee}
.tessera-chart .tick{fill:#bbb}
.tessera-chart .paper{fill:#16181c}
.tessera-chart .frame{stroke:#888}
.tessera-chart .grid{stroke:#3c4046}
.tessera-chart .fine{stroke:#24272c}
.tessera-chart .c0{stroke:#3a9bdc;fill:#3a9bdc}
.tessera-chart .c6{stroke:#eee;fill:#eee}
.tessera-chart .line{fill:none}
.tessera-chart .mark{stroke:#16181c}
}
</style>
)";

/// A circle, a square, triangles or a diamond around a place, as commands of a path.
std::string mark(int style, Point place) {
  const double r = kMarkRadius;
  const auto shape = [&](std::string_view rest) {
    return fmt::format("M{:.1f} {:.1f}{}", place.x, place.y, rest);
  };
  switch (style % kMarks) {
    case 0:
      return shape(fmt::format("m-{0} 0a{0} {0} 0 1 0 {1} 0a{0} {0} 0 1 0 -{1} 0z", r, 2 * r));
    case 1:
      return shape(fmt::format("m-{0} -{0}h{1}v{1}h-{1}z", r, 2 * r));
    case 2:
      return shape("m0 -5.5l5.2 9h-10.4z");
    case 3:
      return shape("m0 -5.7l5.7 5.7l-5.7 5.7l-5.7 -5.7z");
    default:
      return shape("m0 5.5l5.2 -9h-10.4z");
  }
}

}  // namespace

std::string_view chart_style_sheet() { return kStyle; }

std::string text_element(double x, double y, std::string_view kind, std::string_view anchor,
                         const std::string& content) {
  return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n",
                     kind, x, y, anchor, xml_text(content));
}

std::string fitted(const std::string& content, double width, double font_size) {
  return shorten(content, static_cast<std::size_t>(width / text_width("x", font_size)));
}

std::string marks_element(int style, const std::vector<Point>& places) {
  std::string path;
  for (const auto& place : places) {
    path += mark(style, place);
  }
  return path.empty()
             ? ""
             : fmt::format("<path class=\"c{} mark\" d=\"{}\"/>\n", style % kColours, path);
}

std::string line_element(int style, const std::vector<Point>& points, const std::string& name) {
  std::string coordinates;
  for (const auto& point : points) {
    coordinates += fmt::format("{}{:.2f},{:.2f}", coordinates.empty() ? "" : " ", point.x, point.y);
  }
  return fmt::format(
      "<polyline class=\"c{} d{} line\" points=\"{}\"><title>{}</title></polyline>\n",
      style % kColours, style % kDashes, coordinates, xml_text(name));
}

}  // namespace tessera::report
