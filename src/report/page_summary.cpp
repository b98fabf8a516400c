#include <array>
#include <cmath>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "tessera/config/configured_input.hpp"
#include "tessera/config/resume_conflicts.hpp"
#include "tessera/report/svg_text.hpp"

#include "page_parts.hpp"
#include "page_sections.hpp"

namespace tessera::report::page {
namespace {

constexpr std::size_t kLongestConfiguration = 20'000;

/// Why a run ends, by the stop_reason of its result.
struct Reason {
  std::string_view name;
  std::string_view words;
  bool could_improve = false;
};

constexpr std::array kReasons = {
    Reason{"tolerance", "the loss had all but stopped falling (<code>--tolerance</code>)"},
    Reason{"target-error",
           "the error that was asked for was reached (<code>--target-error</code>)"},
    Reason{"kkt-tolerance",
           "the projected gradient was as small as asked for (<code>--kkt-tolerance</code>)"},
    Reason{"exact-solution",
           "the weights are exact for these components: nothing was left to improve"},
    Reason{
        "max-iterations",
        "the limit of iterations was reached (<code>--max-iterations</code>); more of them might "
        "still fit better",
        true},
    Reason{"time-limit",
           "the time was up (<code>--time-limit</code>); more iterations might still fit better",
           true},
    Reason{"interruption", "a signal ended it; more iterations might still fit better", true},
};

std::string file_name(const std::string& input) {
  // The attribute is PATH:DATASET.
  return std::filesystem::path(input.substr(0, input.find_last_of(':'))).filename();
}

std::string loss_name(const io::ModelInfo& info) {
  if (info.loss == "kl") {
    return "Kullback–Leibler divergence";
  }
  if (info.loss == "itakura-saito") {
    return "Itakura–Saito divergence";
  }
  return info.loss == "beta" ? fmt::format("β-divergence with β = {}", info.beta)
                             : name_html(info.loss);
}

std::string shape(const io::ModelInfo& info) {
  return fmt::format("{} × {}", count(info.rows, ""), count(info.columns, ""));
}

/// What the page says first.
std::string fit(const ModelPage& page) {
  const auto& info = page.info;
  const std::string who = count(info.rank, "component");
  const std::string_view verb = info.rank == 1 ? "explains" : "explain";
  const bool observed = config::configured_as_observed(info.configuration);
  if (!std::isfinite(info.relative_error)) {
    return fmt::format(
        "<strong>{} {} this {} matrix with a loss of {}</strong>, {} for each {}entry ({}). 0 "
        "would "
        "be a perfect fit.",
        who, info.rank == 1 ? "describes" : "describe", shape(info), number(info.loss_value),
        number(info.loss_per_entry), observed ? "observed " : "", loss_name(info));
  }
  const double explained = 1 - info.relative_error * info.relative_error;
  const std::string error =
      fmt::format("The relative error ‖A − WH‖ / ‖A‖ is {}.", number(info.relative_error));
  if (explained <= 0) {
    return fmt::format("<strong>{} {} nothing of this {} matrix.</strong> {}", who, verb,
                       shape(info), error);
  }
  return fmt::format(
      "<strong>{} {} {} of this {} matrix</strong>, measured by the sum of its squared {}entries. "
      "{}",
      who, verb, percent(explained), shape(info), observed ? "observed " : "", error);
}

std::string stop(const io::ModelInfo& info) {
  const std::string after =
      fmt::format("after {} and {}", count(info.iterations, "iteration"), duration(info.seconds));
  if (info.stop_reason == "unfinished") {
    return "<p class=\"warning\">This is a checkpoint of a run that had not ended, " + after +
           ". Its figures are those of that moment.</p>\n";
  }
  for (const auto& reason : kReasons) {
    if (reason.name == info.stop_reason) {
      return fmt::format("<p{}>The run stopped because {}, {}.</p>\n",
                         reason.could_improve ? " class=\"warning\"" : "", reason.words, after);
    }
  }
  return paragraph("The run stopped by " + name_html(info.stop_reason) + ", " + after + ".");
}

std::string notes(const io::ModelInfo& info) {
  std::string html;
  if (info.dead_components > 0) {
    html += fmt::format(
        "<p class=\"warning\">{} died: {} zero and {} last. Another <code>--seed</code> or a "
        "smaller <code>--rank</code> may use them.</p>\n",
        count(info.dead_components, "component"), info.dead_components == 1 ? "it is" : "they are",
        info.dead_components == 1 ? "stands" : "stand");
  }
  if (info.held_out_entries > 0) {
    html += paragraph(
        fmt::format("On {} {} that the run had not seen, the root of the mean squared error is {}.",
                    count(info.held_out_entries, ""),
                    info.held_out_entries == 1 ? "entry" : "entries", number(info.held_out_rmse)));
  }
  return html;
}

double mean_sparseness(const std::vector<ComponentSums>& sums, Index length) {
  double total = 0;
  Index counted = 0;
  for (const auto& one : sums) {
    const double sparseness = hoyer_sparseness(one, length);
    if (std::isfinite(sparseness)) {
      total += sparseness;
      ++counted;
    }
  }
  return counted == 0 ? std::nan("") : total / static_cast<double>(counted);
}

std::string key_figures(const ModelPage& page) {
  const auto& info = page.info;
  const bool has_error = std::isfinite(info.relative_error);
  const std::array figures = {
      std::pair{has_error ? "Relative error" : "Loss per entry",
                number(has_error ? info.relative_error : info.loss_per_entry)},
      std::pair{"Components", count(info.rank, "")},
      std::pair{"Rows × columns", shape(info)},
      std::pair{"Iterations", count(info.iterations, "")},
      std::pair{"Time", duration(info.seconds)},
      std::pair{"Sparseness of H", number(mean_sparseness(page.h, info.columns), 2)},
      std::pair{"Sparseness of W", number(mean_sparseness(page.w, info.rows), 2)},
  };
  std::string html = "<dl class=\"figures\">\n";
  for (const auto& [name, value] : figures) {
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
  }
  return html + "</dl>\n";
}

std::string fact(std::string_view name, const std::string& value_html) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", name, value_html);
}

}  // namespace

std::string summary(const ModelPage& page) {
  const auto& info = page.info;
  return fmt::format(
             "<section aria-labelledby=\"title\">\n<h1 id=\"title\">Factorization of {}</h1>\n"
             "<p class=\"lead\">{}</p>\n",
             name_html(file_name(info.input)), fit(page)) +
         stop(info) + notes(info) + key_figures(page) +
         details(
             "What these words mean",
             paragraph("A ≈ W·H: every row of the matrix A is a sum of the same components, the "
                       "rows of H, in the amounts that its row of W says. No number is "
                       "negative, so components add up and never cancel.") +
                 paragraph("Sparseness is 0 where all entries are equal and 1 where a single one "
                           "is not zero (P. O. Hoyer, Journal of Machine Learning Research 5, "
                           "2004, section 3.1); here it is the mean over the rows of H and over "
                           "the columns of W.") +
                 paragraph("Components are counted from 0, as the rows of H in the file.")) +
         "</section>\n";
}

std::string origin(const ModelPage& page) {
  const auto& info = page.info;
  const auto configured = [&](const char* key) {
    return name_html(config::configured(info.configuration, key));
  };
  std::string facts =
      fact("Input", name_html(info.input)) +
      fact("Its fingerprint", fmt::format("{:016x}", info.input_fingerprint)) +
      fact("Loss", info.loss == "frobenius" ? "Frobenius, ½‖A − WH‖²" : loss_name(info)) +
      fact("Algorithm", name_html(info.algorithm)) + fact("Seed", std::to_string(info.seed));
  if (!config::configured(info.configuration, "init").empty()) {
    facts += fact("Start", configured("init")) + fact("Starts tried", configured("restarts"));
  }
  facts += fact("Normalization of H", name_html(info.normalization)) +
           fact("Precision", std::string(name_of(info.precision))) +
           fact("Process grid", name_html(info.process_grid)) +
           fact("Threads per process", std::to_string(info.threads)) +
           fact("Instruction set", name_html(info.instruction_set)) +
           fact("Version", name_html(info.version));
  return section(
      "origin", "How it was made",
      "<table class=\"facts\"><caption>The run</caption><tbody>\n" + facts + "</tbody></table>\n" +
          details(
              "The whole configuration, for --config",
              "<pre>" + xml_text(shorten(info.configuration, kLongestConfiguration)) + "</pre>\n"));
}

}  // namespace tessera::report::page
