#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

#include "option.hpp"

/// Options about labels that rows are known to have.
namespace tessera::config {

[[nodiscard]] OptionTable label_options(EvaluateOptions& options);
/// What is wrong with them, and with an INPUT that is left out.
[[nodiscard]] std::vector<std::string> label_conflicts(const EvaluateOptions& options);

}  // namespace tessera::config
