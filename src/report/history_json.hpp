#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "tessera/core/iteration_record.hpp"

namespace tessera::report {

/// The iterations as JSON reports list them.
inline nlohmann::ordered_json history_json(const std::vector<IterationRecord>& history) {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& row : history) {
    rows.push_back({{"iteration", row.iteration},
                    {"seconds", row.seconds},
                    {"loss", row.loss},
                    {"relative_error", row.relative_error},
                    {"kkt_residual", row.kkt_residual}});
  }
  return rows;
}

}  // namespace tessera::report
