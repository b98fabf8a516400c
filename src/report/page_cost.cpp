#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "tessera/core/grid_shape.hpp"
#include "tessera/core/timer.hpp"

#include "page_parts.hpp"
#include "page_sections.hpp"

namespace tessera::report::page {
namespace {

/// What a process does in a phase.
constexpr std::array<std::pair<std::string_view, std::string_view>, kPhaseCount> kMeanings = {{
    {"read", "reading the matrix"},
    {"start", "making the first W and H"},
    {"gram", "k × k products of a factor with itself"},
    {"all_reduce", "waiting for k × k sums of all processes"},
    {"all_gather", "collecting pieces of factors from other processes"},
    {"product", "A times a factor"},
    {"reduce_scatter", "summing products over processes"},
    {"update", "improving W and H"},
    {"objective", "measuring the loss"},
    {"checkpoint", "saving checkpoints"},
    {"write", "writing files"},
}};

std::string meaning(const std::string& phase) {
  const auto known = std::ranges::find(kMeanings, phase, &decltype(kMeanings)::value_type::first);
  return known == kMeanings.end() ? "" : std::string(known->second);
}

double sum_of(const std::vector<io::PhaseCost>& phases, double io::PhaseCost::*seconds) {
  return std::accumulate(phases.begin(), phases.end(), 0.0,
                         [&](double sum, const auto& phase) { return sum + phase.*seconds; });
}

/// A bar for the mean, and a line from the least to the most that a process needed.
std::string range_item(const io::PhaseCost& phase, double longest, double total) {
  const auto place = [&](double seconds) {
    return longest > 0 ? 100 * std::clamp(seconds / longest, 0.0, 1.0) : 0.0;
  };
  const std::string what = meaning(phase.phase);
  return fmt::format(
      "<li><div class=\"line\"><span><strong>{}</strong>{}</span><span class=\"value\">{} · "
      "{}</span></div>\n"
      "<div class=\"track\"><span class=\"mean\" style=\"width:{:.1f}%\"></span>"
      "<span class=\"spread\" style=\"left:{:.1f}%;width:{:.1f}%\"></span></div></li>\n",
      name_html(phase.phase), what.empty() ? "" : " – " + what, duration(phase.mean_seconds),
      percent(total > 0 ? phase.mean_seconds / total : 0), place(phase.mean_seconds),
      place(phase.min_seconds), place(phase.max_seconds) - place(phase.min_seconds));
}

std::string bars(const std::vector<io::PhaseCost>& phases, double total) {
  const double longest =
      std::ranges::max_element(phases, {}, &io::PhaseCost::max_seconds)->max_seconds;
  std::string html = "<ul class=\"phases\">\n";
  for (const auto& phase : phases) {
    html += range_item(phase, longest, total);
  }
  return html + "</ul>\n";
}

std::string numbers(const std::vector<io::PhaseCost>& phases, double total) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& phase : phases) {
    rows.push_back({name_html(phase.phase), number(phase.mean_seconds),
                    percent(total > 0 ? phase.mean_seconds / total : 0), number(phase.min_seconds),
                    number(phase.max_seconds),
                    phase.mean_seconds > 0
                        ? fmt::format("{:.2f}", phase.max_seconds / phase.mean_seconds)
                        : "–"});
  }
  return table("Seconds of a process by phase",
               {"phase", "mean", "share", "least", "most", "most / mean"}, rows);
}

std::string balance(const io::ModelInfo& info) {
  const std::string grid = name_html(info.process_grid);
  if (info.process_grid == "1x1") {
    return paragraph("One process did all the work.");
  }
  std::string text = fmt::format(
      "Processes on a grid of {}. Bars are means over the processes; the line across each goes "
      "from "
      "the process that needed least to the one that needed most.",
      grid);
  // What waits for others says nothing of how the work is dealt out.
  double most = 0;
  double mean = 0;
  for (const auto& phase : info.phases) {
    if (phase.phase == "product" || phase.phase == "update") {
      most += phase.max_seconds;
      mean += phase.mean_seconds;
    }
  }
  if (mean > 0) {
    text += fmt::format(
        " In products and updates, which share the work, the slowest process took {:.2f} times the "
        "mean.",
        most / mean);
  }
  return paragraph(text);
}

}  // namespace

std::string cost(const ModelPage& page) {
  const auto& phases = page.info.phases;
  if (phases.empty()) {
    return section("time", "Where the time went",
                   paragraph("This result does not say: it was written by an earlier version."));
  }
  const double total = sum_of(phases, &io::PhaseCost::mean_seconds);
  return section(
      "time", "Where the time went",
      balance(page.info) + bars(phases, total) +
          "<p class=\"muted\">Shares are of the time that the phases took together, up to "
          "the writing of the result.</p>\n" +
          details("The numbers", numbers(phases, total)));
}

}  // namespace tessera::report::page
