#include "tessera/report/evaluation.hpp"

#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tessera::report {
namespace {

std::string line(std::string_view name, double value) {
  return fmt::format("{:<16}{}\n", name,
                     std::isnan(value) ? std::string("-") : fmt::format("{:.6f}", value));
}

}  // namespace

std::string evaluation_text(const Evaluation& evaluation) {
  return fmt::format("{:<16}{:.0f}\n", "entries", evaluation.entries) +
         line("relative error", evaluation.relative_error) + line("RMSE", evaluation.rmse) +
         line("MAE", evaluation.mae) + line("mean KL", evaluation.kl);
}

std::string evaluation_json(const Evaluation& evaluation) {
  const nlohmann::ordered_json json = {{"command", "evaluate"},
                                       {"version", evaluation.version},
                                       {"input", evaluation.input},
                                       {"model", evaluation.model},
                                       {"rows", evaluation.rows},
                                       {"columns", evaluation.columns},
                                       {"rank", evaluation.rank},
                                       {"entries", evaluation.entries},
                                       {"relative_error", evaluation.relative_error},
                                       {"rmse", evaluation.rmse},
                                       {"mae", evaluation.mae},
                                       {"mean_kl", evaluation.kl},
                                       {"configuration", evaluation.configuration}};
  // File names need not be UTF-8, JSON must be; NaN is written as null.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tessera::report
