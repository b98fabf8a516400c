#include "tessera/report/image_quality.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tessera/core/log.hpp"

namespace tessera::report {

double psnr(double squared_error, Index values, double peak) {
  if (!(squared_error > 0)) {
    return std::numeric_limits<double>::infinity();
  }
  return 10 * std::log10(peak * peak * static_cast<double>(values) / squared_error);
}

std::string image_quality_text(const std::vector<ImageQuality>& images, Index values, double peak) {
  constexpr std::string_view kMean = "mean of the pictures";
  constexpr std::string_view kAll = "over all their pixels";
  std::size_t width = kAll.size();
  for (const ImageQuality& image : images) {
    width = std::max(width, image.name.size());
  }
  std::string text = fmt::format("{:<{}}  {:>9}\n", "picture", width, "PSNR (dB)");
  double sum = 0;
  double squared_error = 0;
  for (const ImageQuality& image : images) {
    const double quality = psnr(image.squared_error, values, peak);
    text += fmt::format("{:<{}}  {:>9.2f}\n", log::escape_line(image.name), width, quality);
    sum += quality;
    squared_error += image.squared_error;
  }
  const Index count = std::ssize(images);
  return text + fmt::format("\n{:<{}}  {:>9.2f}\n{:<{}}  {:>9.2f}\n", kMean, width,
                            sum / static_cast<double>(count), kAll, width,
                            psnr(squared_error, count * values, peak));
}

}  // namespace tessera::report
