#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

#include "option.hpp"

/// Options of `import` that turn ratings into a matrix.
namespace tessera::config {

[[nodiscard]] OptionTable rating_import_options(RatingImportOptions& ratings);

/// What is wrong between these options and --output, as problems() lists it.
[[nodiscard]] std::vector<std::string> rating_import_conflicts(const ImportOptions& options);

}  // namespace tessera::config
