#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/report/image_shape.hpp"

namespace tessera::report {

/// 8-bit grey pixels, row by row from the top left; 0 is black.
struct GrayImage {
  Index height = 0;
  Index width = 0;
  std::vector<std::uint8_t> pixels;

  GrayImage() = default;
  GrayImage(Index rows, Index columns, std::uint8_t gray)
      : height(rows), width(columns), pixels(static_cast<std::size_t>(rows * columns), gray) {}

  [[nodiscard]] std::uint8_t& operator()(Index y, Index x) {
    return pixels[static_cast<std::size_t>(y * width + x)];
  }
  [[nodiscard]] std::uint8_t operator()(Index y, Index x) const {
    return pixels[static_cast<std::size_t>(y * width + x)];
  }
};

struct MontageOptions {
  Index columns = 0;       ///< pictures per line; 0: the whole as square as possible
  bool transpose = false;  ///< pixels are stored column by column
};

/// One component as a picture of the given shape: each pixel's share of the largest value, in
/// [0, 1]. A component without a positive entry is all 0.
/// @pre `components` is k×n with n = shape.pixels(), 0 <= index < k.
template <class Real>
[[nodiscard]] Matrix<float> component_picture(ConstMatrixView<Real> components, Index index,
                                              ImageShape shape, bool transpose);

/// True when no pixel has ink: the picture of a dead component.
[[nodiscard]] bool is_blank(const Matrix<float>& picture);

/// Pictures of all components (the rows of the k×n matrix) side by side, in order, from the top
/// left. Dark pixels are large values on white ground, as in Lee & Seung, Nature 401 (1999), each
/// component scaled by its own maximum. Small pictures are magnified by a whole factor to about
/// 96 pixels; a grey line separates them. A dead component (all zero) is a crossed-out cell.
/// @throws UsageError unless shape.pixels() == components.columns().
template <class Real>
[[nodiscard]] GrayImage montage(ConstMatrixView<Real> components, ImageShape shape,
                                const MontageOptions& options = {});

/// Writes an 8-bit grey PNG file, which appears under `path` only when it is complete.
/// @throws IoError with the system's reason.
void write_png(const std::string& path, const GrayImage& image);

}  // namespace tessera::report
