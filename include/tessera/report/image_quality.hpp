#pragma once

#include <string>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::report {

/// Peak signal-to-noise ratio, 10·log₁₀(peak² / mean squared error), in dB; infinite without an
/// error. @pre values > 0
[[nodiscard]] double psnr(double squared_error, Index values, double peak);

/// How near one rebuilt picture is to its original.
struct ImageQuality {
  std::string name;
  double squared_error = 0;
};

/// A table for people: name, PSNR; then the mean over the pictures, and the PSNR over all pixels.
/// @param values of each picture. @pre there is a picture
[[nodiscard]] std::string image_quality_text(const std::vector<ImageQuality>& images, Index values,
                                             double peak);

}  // namespace tessera::report
