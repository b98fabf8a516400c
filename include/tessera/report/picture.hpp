#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/report/image_shape.hpp"

namespace tessera::report {

/// Pixels of 8-bit channels, row by row from the top left: one channel, of which 0 is black, or
/// red, green and blue side by side.
struct Picture {
  Index height = 0;
  Index width = 0;
  Index channels = 1;
  std::vector<std::uint8_t> values;

  Picture() = default;
  Picture(Index rows, Index columns, std::uint8_t gray, Index channels_per_pixel = 1)
      : height(rows),
        width(columns),
        channels(channels_per_pixel),
        values(static_cast<std::size_t>(rows * columns * channels_per_pixel), gray) {}

  [[nodiscard]] std::uint8_t& operator()(Index y, Index x, Index channel = 0) {
    return values[static_cast<std::size_t>((y * width + x) * channels + channel)];
  }
  [[nodiscard]] std::uint8_t operator()(Index y, Index x, Index channel = 0) const {
    return values[static_cast<std::size_t>((y * width + x) * channels + channel)];
  }
};

struct MontageOptions {
  Index columns = 0;       ///< pictures per line; 0: the whole as square as possible
  bool transpose = false;  ///< pixels are stored column by column
  Index side = 96;         ///< to which smaller pictures are magnified, about, in pixels
};

/// One component as a picture of the given shape: each value's share of the largest, in [0, 1],
/// height × (width·channels). A component without a positive entry is all 0. `transpose`: pixels,
/// with their channels, are stored column by column.
/// @pre `components` is k×n with n = shape.values(), 0 <= index < k.
template <class Real>
[[nodiscard]] Matrix<float> component_picture(ConstMatrixView<Real> components, Index index,
                                              ImageShape shape, bool transpose);

/// True when no pixel has ink: the picture of a dead component.
[[nodiscard]] bool is_blank(const Matrix<float>& picture);

/// Pictures of all components (the rows of the k×n matrix) side by side, in order, from the top
/// left, each scaled by its own maximum. Of grey pictures, dark pixels are large values on white
/// ground, as in Lee & Seung, Nature 401 (1999); of coloured ones, pixels have the colour that the
/// component adds, on black ground. Small pictures are magnified by a whole factor; a
/// grey line separates them. A dead component (all zero) is a crossed-out cell.
/// @throws UsageError unless shape.values() == components.columns().
template <class Real>
[[nodiscard]] Picture montage(ConstMatrixView<Real> components, ImageShape shape,
                              const MontageOptions& options = {});

/// A row of numbers as the picture that it is: 0 is black, `peak` white, and what lies beyond is
/// cut. `transpose` as for component_picture(). @pre as many values as shape.values(), peak > 0.
template <class Real>
[[nodiscard]] Picture picture_of(std::span<const Real> values, ImageShape shape, bool transpose,
                                 double peak);

/// Two pictures with a grey line between. @pre both have one shape.
[[nodiscard]] Picture side_by_side(const Picture& left, const Picture& right);

/// Pictures as the cells of a sheet that is about square, laid out and magnified as a montage.
/// @pre all have one shape; there is one.
[[nodiscard]] Picture contact_sheet(const std::vector<Picture>& cells);

/// The picture as the content of a PNG file. @throws IoError for more pixels than PNG can have.
[[nodiscard]] std::vector<std::byte> encode_png(const Picture& picture);

/// Writes a PNG file, which appears under `path` only when it is complete.
/// @throws IoError with the system's reason.
void write_png(const std::string& path, const Picture& picture);

}  // namespace tessera::report
