#pragma once

#include <string>
#include <vector>

#include "tessera/config/labelled_evaluate_options.hpp"

#include "option.hpp"

/// Options about labels that rows are known to have.
namespace tessera::config {

[[nodiscard]] OptionTable label_options(LabelledEvaluateOptions& options);
/// What is wrong with them, and with an INPUT that is left out.
[[nodiscard]] std::vector<std::string> label_conflicts(const LabelledEvaluateOptions& options);

}  // namespace tessera::config
