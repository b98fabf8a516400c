#include "tessera/report/spectrum_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tessera::report {

std::vector<double> error_floors(const SpectrumReport& report) {
  const double squared_norm = report.norm * report.norm;
  double explained = 0;
  std::vector<double> floors;
  for (const double value : report.values) {
    explained += value * value;
    const double left = std::max(0.0, squared_norm - explained);
    floors.push_back(squared_norm > 0 ? std::sqrt(left / squared_norm) : 0);
  }
  return floors;
}

std::string spectrum_text(const SpectrumReport& report) {
  const auto floors = error_floors(report);
  std::string text = fmt::format("{:>6}{:>18}{:>16}\n", "rank", "singular value", "error floor");
  for (std::size_t l = 0; l < floors.size(); ++l) {
    text += fmt::format("{:>6}{:>18.8g}{:>16.6f}\n", l + 1, report.values[l], floors[l]);
  }
  text += fmt::format(
      "\nerror floor: the relative error ‖A − WH‖ / ‖A‖ that no factorization of this rank can go "
      "below.\n{}x{}, ‖A‖ = {:.8g}; {} iterations.\n",
      report.rows, report.columns, report.norm, report.iterations);
  return text;
}

std::string spectrum_json(const SpectrumReport& report) {
  const nlohmann::ordered_json json = {{"command", "spectrum"},
                                       {"version", report.version},
                                       {"input", report.input},
                                       {"rows", report.rows},
                                       {"columns", report.columns},
                                       {"norm", report.norm},
                                       {"singular_values", report.values},
                                       {"floors", error_floors(report)},
                                       {"iterations", report.iterations},
                                       {"converged", report.converged},
                                       {"configuration", report.configuration}};
  // File names need not be UTF-8, JSON must be.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tessera::report
