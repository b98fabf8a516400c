#pragma once

#include <optional>
#include <vector>

#include "tessera/ingest/image.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::ingest {

/// How one picture becomes matrices to be factorized.
struct ImageLayout {
  bool channels_apart = false;          ///< every channel is a matrix, height × width
  std::optional<ImageSize> patch = {};  ///< height and width of patches, each a row
};

/// One matrix per channel; or one whose rows are patches, from the top left, with all channels of
/// their pixels; or, without either, one whose rows are those of the picture, height ×
/// (width·channels). Where patches do not fit the picture, its last row and column are repeated.
/// @pre channels_apart and patch exclude each other.
[[nodiscard]] std::vector<Matrix<float>> image_matrices(const Image& image,
                                                        const ImageLayout& layout);

/// The picture of this size whose matrices these are; what repeats pixels is left out.
/// @pre `matrices` have the shapes that image_matrices() gives.
[[nodiscard]] Image assemble_image(const std::vector<Matrix<float>>& matrices, ImageSize size,
                                   const ImageLayout& layout);

}  // namespace tessera::ingest
