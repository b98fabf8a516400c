#include <algorithm>

#include <fmt/format.h>

#include "tessera/report/similarity.hpp"

#include "page_charts.hpp"
#include "page_parts.hpp"
#include "page_sections.hpp"

namespace tessera::report::page {
namespace {

constexpr Index kMostDrawn = 20;  // so that labels can be read on a telephone
constexpr Index kMostPairs = 12;

std::string label_of(const ModelPage& page, Index component) {
  const auto index = static_cast<std::size_t>(component);
  const std::string text = std::to_string(component);
  if (page.view != View::words || component >= page.components.shown ||
      page.components.tops[index].empty()) {
    return text;
  }
  return text + " (" + name_html(page.components.tops[index].front().name) + ")";
}

std::string map(ConstMatrixView<double> all, const std::vector<SimilarPair>& pairs) {
  const auto order = similarity_order(all, std::min(all.rows(), kMostDrawn));
  const Index size = std::ssize(order);
  Matrix<double> drawn(size, size);
  std::vector<std::string> labels;
  for (Index i = 0; i < size; ++i) {
    labels.push_back(std::to_string(order[static_cast<std::size_t>(i)]));
    for (Index j = 0; j < size; ++j) {
      drawn(i, j) = all(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(j)]);
    }
  }
  const auto& closest = pairs.front();
  const std::string caption =
      "Cosine between rows of H: 1 for the same direction, 0 where they share no column. Each "
      "component stands beside the one most similar to it of those that were left." +
      (size < all.rows()
           ? fmt::format(" <strong>The first {} of {} are drawn.</strong>", size, all.rows())
           : std::string());
  return figure(
      "chart",
      heat_map("Similarity of the components",
               fmt::format("Cosines between components; the largest is {:.2f}, between {} "
                           "and {}.",
                           closest.cosine, closest.first, closest.second),
               drawn.view(), labels),
      caption);
}

std::string pair_table(const ModelPage& page, const std::vector<SimilarPair>& pairs) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [first, second, cosine] : pairs) {
    rows.push_back(
        {label_of(page, first) + " and " + label_of(page, second), fmt::format("{:.3f}", cosine)});
  }
  return "<div>\n" +
         table("The most similar pairs of all components", {"components", "cosine"}, rows) +
         "</div>\n";
}

std::string verdict(const std::vector<SimilarPair>& pairs) {
  constexpr double kNearlyEqual = 0.95;
  const auto& [first, second, cosine] = pairs.front();
  if (cosine < kNearlyEqual) {
    return "";
  }
  return paragraph(
      fmt::format("Components {} and {} nearly repeat each other. A smaller <code>--rank</code> "
                  "may do as well.",
                  first, second));
}

}  // namespace

std::string similarity(const ModelPage& page) {
  if (page.info.rank < 2) {
    return "";
  }
  const auto all = cosines(page.gram.view());
  const auto pairs = most_similar(all.view(), kMostPairs);
  return section("similarity", "How similar the components are",
                 verdict(pairs) + "<div class=\"pairs\">\n" + map(all.view(), pairs) +
                     pair_table(page, pairs) + "</div>\n");
}

}  // namespace tessera::report::page
