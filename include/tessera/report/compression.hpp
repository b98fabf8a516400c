#pragma once

#include <string>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::report {

/// A picture as W·H of one rank.
struct CompressedPicture {
  Index rank = 0;           ///< k
  Index values = 0;         ///< of W and H of all matrices, k·(m + n) for each
  Index iterations = 0;     ///< of all matrices
  double psnr = 0;          ///< of W·H against the matrices, in dB
  double best_psnr = 0;     ///< of the truncated singular value decompositions of this rank
  double picture_psnr = 0;  ///< of the file that is written against the pixels
  std::string file;
};

/// What is said about a picture and its factorizations. Plain values, filled by app/.
struct CompressionReport {
  std::string version;
  std::string image;          ///< path
  std::string image_shape;    ///< "427x640x3"
  Index matrices = 0;         ///< that the picture is cut into
  Index rows = 0;             ///< m of each
  Index columns = 0;          ///< n of each
  std::string value_type;     ///< of W and H: "float32"
  Index bytes_per_value = 0;  ///< of that type
  Index pixel_bytes = 0;      ///< of the picture with 8 bits per channel
  Index file_bytes = 0;       ///< of the file that it came from
  std::vector<CompressedPicture> pictures;
  std::string configuration;  ///< the effective configuration, usable with --config
};

/// A table for people: bytes and PSNR of every rank.
[[nodiscard]] std::string compression_text(const CompressionReport& report);
[[nodiscard]] std::string compression_json(const CompressionReport& report);

}  // namespace tessera::report
