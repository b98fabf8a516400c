#include "tessera/report/compression.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tessera/core/log.hpp"

namespace tessera::report {
namespace {

using Json = nlohmann::ordered_json;

Index bytes_of(const CompressionReport& report, const CompressedPicture& picture) {
  return picture.values * report.bytes_per_value;
}

Json picture_json(const CompressionReport& report, const CompressedPicture& picture) {
  return {{"rank", picture.rank},
          {"values", picture.values},
          {"bytes", bytes_of(report, picture)},
          {"iterations", picture.iterations},
          {"psnr", picture.psnr},
          {"best_psnr", picture.best_psnr},
          {"picture_psnr", picture.picture_psnr},
          {"file", picture.file}};
}

std::string matrices_text(const CompressionReport& report) {
  return report.matrices == 1
             ? fmt::format("one matrix of {}x{}", report.rows, report.columns)
             : fmt::format("{} matrices of {}x{}", report.matrices, report.rows, report.columns);
}

}  // namespace

std::string compression_text(const CompressionReport& report) {
  std::string text =
      fmt::format("{}: {} pixels, as {}\n\n{:>6}{:>12}{:>11}{:>12}{:>12}{:>15}\n",
                  log::escape_line(report.image), report.image_shape, matrices_text(report), "rank",
                  "bytes", "of pixels", "W·H (dB)", "best (dB)", "picture (dB)");
  for (const CompressedPicture& picture : report.pictures) {
    const Index bytes = bytes_of(report, picture);
    text += fmt::format("{:>6}{:>12}{:>10.1f}%{:>12.2f}{:>12.2f}{:>15.2f}\n", picture.rank, bytes,
                        100 * static_cast<double>(bytes) / static_cast<double>(report.pixel_bytes),
                        picture.psnr, picture.best_psnr, picture.picture_psnr);
  }
  return text + fmt::format(
                    "\nbytes: K·(m + n) values of W and H as {}, {} bytes each. The pixels take {} "
                    "bytes, their file {}.\n"
                    "W·H: peak signal-to-noise ratio of the product. best: of the truncated "
                    "singular value\ndecomposition, which no W·H of that rank exceeds. picture: of "
                    "the written file, whose values\nare cut to the range of pixels and rounded to "
                    "8 bits.\n",
                    report.value_type, report.bytes_per_value, report.pixel_bytes,
                    report.file_bytes);
}

std::string compression_json(const CompressionReport& report) {
  Json pictures = Json::array();
  for (const CompressedPicture& picture : report.pictures) {
    pictures.push_back(picture_json(report, picture));
  }
  const Json json = {{"command", "compress"},
                     {"version", report.version},
                     {"image", report.image},
                     {"image_shape", report.image_shape},
                     {"matrices", report.matrices},
                     {"rows", report.rows},
                     {"columns", report.columns},
                     {"value_type", report.value_type},
                     {"pixel_bytes", report.pixel_bytes},
                     {"file_bytes", report.file_bytes},
                     {"pictures", pictures},
                     {"configuration", report.configuration}};
  // File names need not be UTF-8, JSON must be.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tessera::report
