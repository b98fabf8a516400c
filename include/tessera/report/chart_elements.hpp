#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tessera/report/curve.hpp"

namespace tessera::report {

// Units of the picture; on a screen about one pixel. The style sheet has the same sizes.
inline constexpr double kHeadingSize = 14;
inline constexpr double kLabelSize = 13;
inline constexpr double kTickSize = 12;
inline constexpr double kMarkRadius = 4;

/// The style element that a chart begins with.
[[nodiscard]] std::string_view chart_style_sheet();

/// A line of text; `kind` is a class of the style sheet, `anchor` start, middle or end.
[[nodiscard]] std::string text_element(double x, double y, std::string_view kind,
                                       std::string_view anchor, const std::string& content);

/// The text, cut to about a width when it is longer.
[[nodiscard]] std::string fitted(const std::string& content, double width, double font_size);

/// A line through the points in the colour and dashes of a style; the name appears under the
/// pointer. Styles are numbers from 0; the first 20 differ in dashes or marks, whatever the colour.
[[nodiscard]] std::string line_element(int style, const std::vector<Point>& points,
                                       const std::string& name);

/// The marks of a style at some places; empty when there are none.
[[nodiscard]] std::string marks_element(int style, const std::vector<Point>& places);

}  // namespace tessera::report
