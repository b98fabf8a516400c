#pragma once

#include <string>

#include "tessera/io/factor_file.hpp"
#include "tessera/report/image_shape.hpp"

namespace tessera::app {

/// The picture that a row of a model's columns stands for: what the user says, else what the model
/// remembers of its input, else a grey square. @throws UsageError when none of them is known.
[[nodiscard]] report::ImageShape choose_image_shape(const std::string& given,
                                                    const io::ModelInfo& info);

}  // namespace tessera::app
