#include "tessera/report/chart.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/report/svg_text.hpp"

namespace tessera::report {
namespace {

namespace fs = std::filesystem;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

/// The text between `open`, from `at` on, and `close`.
std::string between(const std::string& text, std::size_t at, std::string_view open,
                    std::string_view close) {
  const auto begin = text.find(open, at) + open.size();
  return text.substr(begin, text.find(close, begin) - begin);
}

/// Every tag is closed in order, and no special character stands for itself: enough of XML for
/// what is written.
void expect_well_formed(const std::string& svg) {
  std::vector<std::string> open;
  for (auto at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
    const std::string tag = between(svg, at, "<", ">");
    EXPECT_EQ(tag.find('<'), std::string::npos) << tag;
    EXPECT_EQ(count(tag, "\"") % 2, 0U) << tag;
    if (tag.starts_with('/')) {
      ASSERT_FALSE(open.empty()) << tag;
      EXPECT_EQ("/" + open.back(), tag);
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
  }
  EXPECT_TRUE(open.empty());
  EXPECT_EQ(count(svg, "<"), count(svg, ">"));
  EXPECT_EQ(count(svg, "&"), count(svg, "&amp;") + count(svg, "&lt;") + count(svg, "&gt;") +
                                 count(svg, "&quot;") + count(svg, "&apos;"));
}

void expect_numbers_only(const std::string& svg) {
  for (const std::string_view attribute :
       {" x=\"", " y=\"", " width=\"", " height=\"", " points=\"", " viewBox=\"", " d=\"M"}) {
    for (auto at = svg.find(attribute); at != std::string::npos; at = svg.find(attribute, at + 1)) {
      const std::string value = between(svg, at, attribute, "\"");
      EXPECT_EQ(value.find_first_not_of("0123456789-., MmLlHhVvaz"), std::string::npos) << value;
      EXPECT_LT(value.size(), 8'000U);
    }
  }
  EXPECT_EQ(count(svg, "inf") + count(svg, "nan"), 0U);
}

std::string checked_svg(const std::vector<Panel>& panels) {
  const std::string svg = chart_svg("Title", panels);
  expect_well_formed(svg);
  expect_numbers_only(svg);
  return svg;
}

Panel panel(std::vector<Series> series, bool log_x = false, bool log_y = false) {
  return {"Heading", "seconds", "relative error", std::move(series), log_x, log_y, {}};
}

Series falling(const std::string& name, int points) {
  Series series{name, {}, {}};
  for (int i = 0; i < points; ++i) {
    series.x.push_back(i);
    series.y.push_back(0.1 + 1.0 / (1 + i));
  }
  return series;
}

/// The y coordinates of the first line.
std::vector<double> first_heights(const std::string& svg) {
  const std::string points = between(svg, 0, "points=\"", "\"");
  std::vector<double> heights;
  for (auto comma = points.find(','); comma != std::string::npos;
       comma = points.find(',', comma + 1)) {
    heights.push_back(std::stod(points.substr(comma + 1)));
  }
  return heights;
}

TEST(Chart, HasALineForEverySeriesInEveryPanelAndOneInTheLegend) {
  const auto curves = panel({falling("hals", 50), falling("mu", 50), falling("als", 50)});
  const std::string svg = checked_svg({curves, curves});
  EXPECT_EQ(count(svg, "<polyline "), 2U * 3 + 3);
  EXPECT_EQ(count(svg, ">hals</text>"), 1U);
  EXPECT_EQ(count(svg, "class=\"frame\""), 2U);
  EXPECT_EQ(count(svg, ">seconds</text>"), 2U);
}

TEST(Chart, GivesANameTheSameStyleInEveryPanel) {
  const std::string svg =
      checked_svg({panel({falling("hals", 9), falling("mu", 9)}), panel({falling("mu", 9)})});
  EXPECT_EQ(count(svg, "class=\"c0 d0 line\""), 1U + 1);
  EXPECT_EQ(count(svg, "class=\"c1 d1 line\""), 2U + 1);
}

TEST(Chart, TellsScreenReadersHowTheCurvesEnd) {
  const std::string svg = checked_svg({panel({falling("hals", 10)})});
  EXPECT_EQ(count(svg, "role=\"img\""), 1U);
  EXPECT_EQ(count(svg,
                  "<title>Title</title>\n<desc>Heading: relative error against seconds. "
                  "hals ends at 9 with 0.2.</desc>"),
            1U);
}

TEST(InlineChart, HasNoStyleOfItsOwnAndALegendOnlyForSeveralCurves) {
  auto one = panel({falling("hals", 50)});
  one.title.clear();
  auto two = panel({falling("hals", 50), falling("mu", 50)});
  for (const auto& [curves, lines] : {std::pair(one, 1U), std::pair(two, 4U)}) {
    const std::string svg = inline_chart_svg("Curves", curves);
    expect_well_formed(svg);
    expect_numbers_only(svg);
    EXPECT_EQ(count(svg, "<polyline "), lines);
    EXPECT_EQ(count(svg, "<style>"), 0U);
    EXPECT_EQ(count(svg, "viewBox=\"0 0 360 "), 1U);
  }
  EXPECT_EQ(count(inline_chart_svg("Curves", one),
                  "<title>Curves</title>\n<desc>relative error against seconds. hals ends at 49 "),
            1U);
}

TEST(Chart, EscapesWhatComesFromOutside) {
  const std::string name = "<script>\"a\" & 'b'\x01\xff";
  const std::string svg = checked_svg({panel({falling(name, 3)})});
  EXPECT_EQ(count(svg, "<script>"), 0U);
  EXPECT_EQ(count(svg, ">&lt;script&gt;&quot;a&quot; &amp; &apos;b&apos;\\x01\uFFFD</text>"), 1U);
}

TEST(Chart, LeavesOutWhatHasNoPlace) {
  const Series series{"hals", {0, 1, 2, 3, 4, kNan, 6, 7}, {1, kNan, 4, kInfinity, 2, 4, 1e200, 5}};
  EXPECT_EQ(first_heights(checked_svg({panel({series})})).size(), 4U);
  const Series signs{"hals", {0, 1, 2, 3, 4}, {1, 2, 0, -1, 5}};
  EXPECT_EQ(first_heights(checked_svg({panel({signs}, true, true)})).size(), 2U);
}

TEST(Chart, DrawsDegenerateSeries) {
  const std::vector<Series> series = {{"empty", {}, {}},
                                      {"point", {3}, {0.5}},
                                      {"constant", {0, 1, 2}, {0.5, 0.5, 0.5}},
                                      {"zero", {0, 0}, {0, 0}},
                                      {"vertical", {1, 1, 1}, {1, 3, 2}},
                                      {"large", {1e100, -1e100}, {-1e100, 1e100}},
                                      {"tiny", {5e-324, 0}, {0, 5e-324}}};
  for (const bool logarithmic : {false, true}) {
    for (const auto& one : series) {
      checked_svg({panel({one}, logarithmic, logarithmic)});
    }
    checked_svg({panel(series, logarithmic, logarithmic)});
  }
  EXPECT_EQ(count(checked_svg({panel({series[0]})}), ">no data</text>"), 1U);
  EXPECT_EQ(count(checked_svg({panel({})}), ">no data</text>"), 1U);
  checked_svg({});
}

TEST(Chart, ThinsLongSeries) {
  Series noise{"hals", {}, {}};
  for (int i = 0; i < 20'000; ++i) {
    noise.x.push_back(i);
    noise.y.push_back(std::sin(1e4 * i));
  }
  EXPECT_EQ(first_heights(checked_svg({panel({noise})})).size(), 400U);
}

TEST(Chart, ShowsTheInterestingEndBelowYMax) {
  const Series three{"hals", {0, 1, 2}, {100, 0.25, 0.125}};
  const auto drop = [](const std::string& svg) {
    const auto heights = first_heights(svg);
    return heights.at(2) - heights.at(1);
  };
  auto curves = panel({three}, false, true);
  const std::string whole = checked_svg({curves});
  curves.y_max = 0.25;
  const std::string cut = checked_svg({curves});
  EXPECT_GT(drop(cut), 5 * drop(whole));
  EXPECT_GE(first_heights(whole).front(), 0);
  EXPECT_LT(first_heights(cut).front(), 0);  // above the frame, where it is cut off
}

TEST(Chart, IgnoresAYMaxBelowOrAboveAllPoints) {
  auto curves = panel({falling("hals", 100)}, false, true);
  const std::string whole = checked_svg({curves});
  for (const double y_max : {-1.0, 0.05, 50.0, kInfinity, kNan}) {
    curves.y_max = y_max;
    EXPECT_EQ(checked_svg({curves}), whole) << y_max;
  }
}

TEST(Chart, CutsNamesThatAreTooLong) {
  const std::string name(1000, 'n');
  const std::string svg = checked_svg({panel({falling(name, 3)})});
  EXPECT_EQ(count(svg, "n…</text>"), 1U);
}

TEST(Chart, NamesASeriesWithUnequalNumbersOfXAndY) {
  try {
    static_cast<void>(chart_svg("Title", {panel({{"hals", {1, 2}, {1}}})}));
    FAIL() << "a series with a missing value was accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "cannot draw hals: 2 x values but 1 y values");
  }
}

TEST(Chart, IsWrittenToAFile) {
  const fs::path path =
      fs::temp_directory_path() / ("tessera_chart_test_" + std::to_string(::getpid()) + ".svg");
  const std::vector<Panel> panels = {panel({falling("hals", 5)})};
  write_chart(path, "Title", panels);
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), chart_svg("Title", panels));
  fs::remove(path);
  EXPECT_THROW(write_chart("/no/such/folder.svg", "Title", panels), IoError);
}

TEST(Shorten, CountsCharactersAndNotBytes) {
  EXPECT_EQ(shorten("größe", 5), "größe");
  EXPECT_EQ(shorten("größer", 5), "größ…");
  EXPECT_EQ(shorten("", 1), "");
  EXPECT_EQ(shorten("ab", 1), "…");
}

}  // namespace
}  // namespace tessera::report
