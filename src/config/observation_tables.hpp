#pragma once

#include <string>

#include "tessera/config/options.hpp"

#include "option.hpp"

/// Options about which entries of A count.
namespace tessera::config {

[[nodiscard]] OptionTable observation_options(ObservationOptions& observation);
[[nodiscard]] OptionTable holdout_options(HoldoutOptions& holdout);
[[nodiscard]] Option entries_option(std::string& entries);
[[nodiscard]] Option clip_option(std::string& clip);

}  // namespace tessera::config
