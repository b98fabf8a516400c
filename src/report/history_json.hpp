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
                    {"kkt_residual", row.kkt_residual},
                    {"held_out_rmse", row.held_out_rmse},
                    {"held_out_mae", row.held_out_mae},
                    {"held_out_kl", row.held_out_kl}});
  }
  return rows;
}

}  // namespace tessera::report
