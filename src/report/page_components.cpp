#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tessera/report/picture.hpp"

#include "page_charts.hpp"
#include "page_parts.hpp"
#include "page_sections.hpp"

namespace tessera::report::page {
namespace {

constexpr Index kMostBars = 120;
constexpr Index kMostRows = 200;

bool is_dead(const ModelPage& page, Index component) {
  const auto index = static_cast<std::size_t>(component);
  return page.w[index].squares == 0 || page.h[index].squares == 0;
}

std::string heading(const ModelPage& page, const std::vector<double>& shares, Index component) {
  return fmt::format(
      "Component {} · {}", component,
      is_dead(page, component) ? "dead" : percent(shares[static_cast<std::size_t>(component)]));
}

std::string pictures(const ModelPage& page, const std::vector<double>& shares) {
  std::string html = "<div class=\"pictures\">\n";
  for (Index component = 0; component < page.components.shown; ++component) {
    const auto row = page.components.pictures.view().rows({component, component + 1});
    const auto drawn = montage<double>(row, page.image_shape,
                                       {.columns = 1, .transpose = page.transpose, .side = 1});
    html += figure("picture",
                   image(encode_png(drawn), fmt::format("Component {} as a picture", component)),
                   fmt::format("{} · {}", component,
                               is_dead(page, component)
                                   ? "dead"
                                   : percent(shares[static_cast<std::size_t>(component)])));
  }
  return html + "</div>\n";
}

std::string word_list(const std::vector<NamedWeight>& top) {
  if (top.empty()) {
    return "<p class=\"muted\">All its entries are 0.</p>\n";
  }
  std::string html = "<ol class=\"bars\">\n";
  for (const auto& [column, name, weight] : top) {
    html += bar_item(weight / top.front().weight, name_html(name), number(weight, 3));
  }
  return html + "</ol>\n";
}

std::string words(const ModelPage& page, const std::vector<double>& shares) {
  std::string html = "<div class=\"words\">\n";
  for (Index component = 0; component < page.components.shown; ++component) {
    html += "<div>\n<h3>" + heading(page, shares, component) + "</h3>\n" +
            word_list(page.components.tops[static_cast<std::size_t>(component)]) + "</div>\n";
  }
  return html + "</div>\n";
}

std::string profiles(const ModelPage& page, const std::vector<double>& shares) {
  std::string html = "<div class=\"profiles\">\n";
  for (Index component = 0; component < page.components.shown; ++component) {
    const auto& top = page.components.tops[static_cast<std::size_t>(component)];
    const auto values = page.components.profiles.view().rows({component, component + 1}).span();
    const std::string peak = top.empty()
                                 ? "all its entries are 0"
                                 : fmt::format("largest entry {} in column {}",
                                               number(top.front().weight), top.front().index);
    html += figure(
        "chart",
        "<h3>" + heading(page, shares, component) + "</h3>\n" +
            profile(fmt::format("Component {} over the columns: {}", component, peak), values),
        fmt::format("Columns 0 to {}; {}.", page.info.columns - 1, peak));
  }
  return html + "</div>\n";
}

std::string explanation(const ModelPage& page) {
  const auto& info = page.info;
  std::string html;
  switch (page.view) {
    case View::pictures:
      html = page.image_shape.channels == 1
                 ? "Each row of H as a picture, dark where it is large"
                 : "Each row of H as a picture of the colour that it adds";
      html += ", on a scale of its own. A crossed-out one is dead.";
      break;
    case View::words:
      html =
          "The columns in which each row of H is largest, with its entries there; bars are "
          "relative "
          "to the first.";
      break;
    case View::profile:
      html = "Each row of H over the columns, on a scale of its own.";
      if (page.components.profiles.columns() < info.columns) {
        html += fmt::format(" {} columns are drawn as {} steps, each as high as its largest entry.",
                            count(info.columns, ""), page.components.profiles.columns());
      }
      break;
  }
  html += " The percentage is the component's share of the sum of all entries of W·H.";
  if (page.components.shown < info.rank) {
    html += fmt::format(" <strong>The first {} of {} are shown.</strong>", page.components.shown,
                        count(info.rank, "component"));
  }
  return paragraph(html);
}

std::string share_chart(const std::vector<double>& shares) {
  const auto shown = std::min<std::size_t>(shares.size(), kMostBars);
  const auto largest = std::ranges::max_element(shares);
  return figure("chart",
                share_bars("Share of each component",
                           fmt::format("The largest is component {} with {}.",
                                       largest - shares.begin(), percent(*largest)),
                           std::span(shares).first(shown)),
                shown < shares.size()
                    ? fmt::format("Share of each component in the sum of W·H, the first {}.", shown)
                    : "Share of each component in the sum of W·H.");
}

std::string numbers(const ModelPage& page, const std::vector<double>& shares) {
  const auto& info = page.info;
  const Index shown = std::min(info.rank, kMostRows);
  std::vector<std::vector<std::string>> rows;
  for (Index component = 0; component < shown; ++component) {
    const auto index = static_cast<std::size_t>(component);
    rows.push_back({std::to_string(component), percent(shares[index]),
                    count(page.w[index].leads, ""),
                    number(hoyer_sparseness(page.h[index], info.columns), 3),
                    number(hoyer_sparseness(page.w[index], info.rows), 3)});
  }
  return table(shown < info.rank ? fmt::format("The first {} of {} components", shown, info.rank)
                                 : "Every component",
               {"component", "share of W·H", "rows it leads", "sparseness of its row of H",
                "sparseness of its column of W"},
               rows) +
         "<p class=\"muted\">A component leads a row of A when its weight there is the "
         "largest.</p>\n";
}

}  // namespace

std::string components(const ModelPage& page) {
  const auto shares = page.shares();
  std::string html = explanation(page);
  switch (page.view) {
    case View::pictures:
      html += pictures(page, shares);
      break;
    case View::words:
      html += words(page, shares);
      break;
    case View::profile:
      html += profiles(page, shares);
      break;
  }
  if (page.info.rank > 1) {
    html += "<h3 class=\"apart\">How much each one holds</h3>\n" + share_chart(shares);
  }
  return section("components", "Components", html + details("The numbers", numbers(page, shares)));
}

}  // namespace tessera::report::page
