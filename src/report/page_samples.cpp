#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tessera/report/chart.hpp"
#include "tessera/report/image_quality.hpp"
#include "tessera/report/picture.hpp"
#include "tessera/report/row_fit.hpp"

#include "page_parts.hpp"
#include "page_sections.hpp"

namespace tessera::report::page {
namespace {

constexpr Index kNamedColumns = 8;
constexpr Index kMostBins = 300;

std::span<const double> row(const Matrix<double>& matrix, std::size_t index) {
  const auto at = static_cast<Index>(index);
  return matrix.view().rows({at, at + 1}).span();
}

std::string heading(const RowSamples& samples, std::size_t at) {
  const std::string number = std::to_string(samples.rows[at]);
  return "<h3>Row " + number + (samples.names.empty() ? "" : ": " + name_html(samples.names[at])) +
         "</h3>\n";
}

/// A row as a picture; what was not observed is black.
std::string one_picture(const ModelPage& page, std::span<const double> values, Index number,
                        const std::string& what) {
  std::vector<double> drawn(values.begin(), values.end());
  std::ranges::replace_if(
      drawn, [](double value) { return !std::isfinite(value); }, 0.0);
  const double peak = page.samples.peak > 0 ? page.samples.peak : 1;
  const auto picture = picture_of<double>(drawn, page.image_shape, page.transpose, peak);
  return figure("picture", image(encode_png(picture), fmt::format("Row {}: {}", number, what)),
                what);
}

std::string pictures(const ModelPage& page, std::size_t at) {
  const auto& samples = page.samples;
  const Index number = samples.rows[at];
  return "<div class=\"beside\">\n" + one_picture(page, row(samples.original, at), number, "A") +
         one_picture(page, row(samples.rebuilt, at), number, "W·H") + "</div>\n";
}

/// The columns in which a row is largest.
std::string columns(const RowSamples& samples, std::span<const double> values,
                    std::string_view what) {
  std::string html = fmt::format("<div>\n<h4>{}</h4>\n", what);
  const auto strongest = strongest_columns(values, kNamedColumns);
  if (strongest.empty()) {
    return html + "<p class=\"muted\">All its entries are 0.</p>\n</div>\n";
  }
  html += "<ol class=\"bars\">\n";
  for (const auto& [column, weight] : strongest) {
    html +=
        bar_item(weight / strongest.front().weight,
                 name_html(samples.columns[static_cast<std::size_t>(column)]), number(weight, 2));
  }
  return html + "</ol>\n</div>\n";
}

std::string lists(const RowSamples& samples, std::size_t at) {
  return "<div class=\"lists\">\n" + columns(samples, row(samples.original, at), "A") +
         columns(samples, row(samples.rebuilt, at), "W·H") + "</div>\n";
}

Series curve_of(const std::string& name, std::span<const double> values) {
  const auto bins = bin_means(values, kMostBins);
  Series series{name, {}, {}};
  const double width = static_cast<double>(values.size()) / static_cast<double>(bins.size());
  for (std::size_t bin = 0; bin < bins.size(); ++bin) {
    series.x.push_back(width * static_cast<double>(bin));
    series.y.push_back(bins[bin]);
  }
  return series;
}

/// W·H where something was observed: only there can the two be compared.
std::vector<double> where_observed(std::span<const double> rebuilt,
                                   std::span<const double> original) {
  std::vector<double> compared;
  std::ranges::transform(rebuilt, original, std::back_inserter(compared),
                         [](double x, double a) { return std::isfinite(a) ? x : a; });
  return compared;
}

std::string curves(const RowSamples& samples, std::size_t at) {
  Panel panel;
  panel.x_label = "column";
  panel.y_label = "entry";
  panel.series = {
      curve_of("A", row(samples.original, at)),
      curve_of("W·H", where_observed(row(samples.rebuilt, at), row(samples.original, at)))};
  return inline_chart_svg(fmt::format("Row {} of A and of W·H", samples.rows[at]), panel);
}

std::string fit_of(const ModelPage& page, std::size_t at) {
  const auto fit = row_fit(row(page.samples.original, at), row(page.samples.rebuilt, at));
  std::string text = std::isfinite(fit.relative_error)
                         ? "Relative error of this row: " + number(fit.relative_error)
                         : "This row is all zero";
  if (page.view == View::pictures && page.samples.peak > 0 && fit.entries > 0) {
    const double decibels = psnr(fit.squared_error, fit.entries, page.samples.peak);
    text += std::isfinite(decibels) ? fmt::format(", PSNR {:.1f} dB", decibels) : "";
  }
  return text + ".";
}

std::string sample(const ModelPage& page, std::size_t at) {
  std::string html = heading(page.samples, at);
  switch (page.view) {
    case View::pictures:
      html += pictures(page, at);
      break;
    case View::words:
      html += lists(page.samples, at);
      break;
    case View::profile:
      html += curves(page.samples, at);
      break;
  }
  return figure("chart", html, fit_of(page, at));
}

std::string explanation(const ModelPage& page) {
  const auto& samples = page.samples;
  std::string html = samples.rows.size() == 1
                         ? "One row of A beside the same row of W·H."
                         : "Rows at equal distances in A, not chosen by how well they fit, beside "
                           "the same rows of W·H.";
  switch (page.view) {
    case View::pictures:
      html += fmt::format(
          " Light pixels are large, on one scale up to {}, the largest entry of A. The "
          "peak signal-to-noise ratio (PSNR) refers to it.",
          number(samples.peak));
      break;
    case View::words:
      html += " The largest entries of either are listed; bars are relative to the first.";
      break;
    case View::profile:
      if (samples.original.columns() > kMostBins) {
        html += fmt::format(" Points are means of about {} neighbouring columns.",
                            (samples.original.columns() + kMostBins - 1) / kMostBins);
      }
      break;
  }
  std::string text = paragraph(html);
  if (samples.other_matrix) {
    text +=
        "<p class=\"warning\">The matrix given is not the one that the result was made of: its "
        "fingerprint differs.</p>\n";
  }
  return text;
}

}  // namespace

std::string samples(const ModelPage& page) {
  if (page.samples.rows.empty()) {
    return "";
  }
  std::string html = explanation(page) + "<div class=\"charts\">\n";
  for (std::size_t at = 0; at < page.samples.rows.size(); ++at) {
    html += sample(page, at);
  }
  return section("samples", "Rows, and how they are rebuilt", html + "</div>\n");
}

}  // namespace tessera::report::page
