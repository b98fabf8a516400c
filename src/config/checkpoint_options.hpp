#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

#include "option.hpp"

/// Options about how a run outlives an interruption.
namespace tessera::config {

[[nodiscard]] OptionTable checkpoint_options(CheckpointOptions& checkpoint);
/// What is wrong with them beside the others, as problems() lists it.
[[nodiscard]] std::vector<std::string> checkpoint_conflicts(const FactorizeOptions& options);

}  // namespace tessera::config
