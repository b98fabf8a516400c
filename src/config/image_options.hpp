#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

#include "option.hpp"

/// Options about pictures.
namespace tessera::config {

[[nodiscard]] OptionTable image_import_options(ImageImportOptions& images);
/// What is wrong between these options and --output, as problems() lists it.
[[nodiscard]] std::vector<std::string> image_import_conflicts(const ImportOptions& options);

/// What `reconstruct` does when pictures are wanted.
[[nodiscard]] OptionTable reconstruct_image_options(ReconstructOptions& options);
[[nodiscard]] std::vector<std::string> reconstruct_image_conflicts(
    const ReconstructOptions& options);

/// --image-shape and --transpose.
[[nodiscard]] OptionTable image_shape_options(std::string& shape, bool& transpose);

}  // namespace tessera::config
