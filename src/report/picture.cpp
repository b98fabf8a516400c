#include "tessera/report/picture.hpp"

#include <algorithm>
#include <cmath>

#include "tessera/core/error.hpp"

namespace tessera::report {
namespace {

constexpr std::uint8_t kWhite = 255;
constexpr std::uint8_t kSeparator = 190;
constexpr std::uint8_t kCross = 150;

/// Where the cells of a montage lie, all lengths in pixels of the result.
struct Layout {
  Index scale = 1;  ///< side of a component's pixel, and thickness of the separators
  Index cell_height = 0;
  Index cell_width = 0;
  Index columns = 1;
  Index lines = 1;

  [[nodiscard]] Index top(Index cell) const {
    return scale + (cell / columns) * (cell_height + scale);
  }
  [[nodiscard]] Index left(Index cell) const {
    return scale + (cell % columns) * (cell_width + scale);
  }
  [[nodiscard]] Index height() const { return scale + lines * (cell_height + scale); }
  [[nodiscard]] Index width() const { return scale + columns * (cell_width + scale); }
};

/// The number of pictures per line that makes count pictures fill about a square.
Index square_columns(Index count, ImageShape shape) {
  const double ratio = static_cast<double>(shape.height) / static_cast<double>(shape.width);
  return static_cast<Index>(std::ceil(std::sqrt(static_cast<double>(count) * ratio)));
}

Layout lay_out(Index count, ImageShape shape, const MontageOptions& options) {
  Layout layout;
  const Index longer_side = std::max(shape.height, shape.width);
  layout.scale = (std::max<Index>(options.side, 1) + longer_side - 1) / longer_side;
  layout.cell_height = shape.height * layout.scale;
  layout.cell_width = shape.width * layout.scale;
  const Index wanted = options.columns > 0 ? options.columns : square_columns(count, shape);
  layout.columns = std::clamp<Index>(wanted, 1, std::max<Index>(count, 1));
  layout.lines = (count + layout.columns - 1) / layout.columns;
  return layout;
}

/// A share of white, cut to [0, 1], as 8 bits.
std::uint8_t to_byte(double share) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * double{kWhite}));
}

/// Where a value of a picture stands in its row of numbers.
Index place_of(ImageShape shape, bool transpose, Index y, Index x, Index channel) {
  return (transpose ? x * shape.height + y : y * shape.width + x) * shape.channels + channel;
}

void draw_picture(const Matrix<float>& picture, const Layout& layout, Index cell, Picture& image) {
  for (Index y = 0; y < layout.cell_height; ++y) {
    for (Index x = 0; x < layout.cell_width; ++x) {
      for (Index channel = 0; channel < image.channels; ++channel) {
        const float share = picture(y / layout.scale, x / layout.scale * image.channels + channel);
        image(layout.top(cell) + y, layout.left(cell) + x, channel) =
            to_byte(double{image.channels == 1 ? 1.0F - share : share});
      }
    }
  }
}

void fill_pixel(Picture& image, Index y, Index x, std::uint8_t gray) {
  for (Index channel = 0; channel < image.channels; ++channel) {
    image(y, x, channel) = gray;
  }
}

/// Both diagonals of a white cell.
void draw_cross(const Layout& layout, Index cell, Picture& image) {
  for (Index y = 0; y < layout.cell_height; ++y) {
    for (Index x = 0; x < layout.cell_width; ++x) {
      // Distance to a diagonal in units of the cell, then in pixels along the longer side.
      const double across = (static_cast<double>(x) + 0.5) / static_cast<double>(layout.cell_width);
      const double down = (static_cast<double>(y) + 0.5) / static_cast<double>(layout.cell_height);
      const double distance = std::min(std::abs(across - down), std::abs(across + down - 1.0)) *
                              static_cast<double>(std::max(layout.cell_width, layout.cell_height));
      fill_pixel(image, layout.top(cell) + y, layout.left(cell) + x,
                 distance <= 1.0 ? kCross : kWhite);
    }
  }
}

}  // namespace

template <class Real>
Matrix<float> component_picture(ConstMatrixView<Real> components, Index index, ImageShape shape,
                                bool transpose) {
  const Real* values = components.row(index);
  const Real largest = *std::max_element(values, values + components.columns());
  Matrix<float> picture(shape.height, shape.width * shape.channels);
  if (!(largest > 0)) {
    return picture;
  }
  for (Index y = 0; y < shape.height; ++y) {
    for (Index x = 0; x < shape.width; ++x) {
      for (Index channel = 0; channel < shape.channels; ++channel) {
        const Real value = values[place_of(shape, transpose, y, x, channel)];
        picture(y, x * shape.channels + channel) =
            value > 0 ? static_cast<float>(value / largest) : 0.0F;
      }
    }
  }
  return picture;
}

bool is_blank(const Matrix<float>& picture) {
  return std::ranges::all_of(picture.span(), [](float ink) { return ink == 0; });
}

template <class Real>
Picture montage(ConstMatrixView<Real> components, ImageShape shape, const MontageOptions& options) {
  require_image_shape(shape, components.columns());
  const Layout layout = lay_out(components.rows(), shape, options);
  Picture image(layout.height(), layout.width(), kSeparator, shape.channels);
  for (Index cell = 0; cell < components.rows(); ++cell) {
    const auto picture = component_picture(components, cell, shape, options.transpose);
    if (is_blank(picture)) {
      draw_cross(layout, cell, image);
    } else {
      draw_picture(picture, layout, cell, image);
    }
  }
  return image;
}

template <class Real>
Picture picture_of(std::span<const Real> values, ImageShape shape, bool transpose, double peak) {
  Picture picture(shape.height, shape.width, 0, shape.channels);
  for (Index y = 0; y < shape.height; ++y) {
    for (Index x = 0; x < shape.width; ++x) {
      for (Index channel = 0; channel < shape.channels; ++channel) {
        const Real value =
            values[static_cast<std::size_t>(place_of(shape, transpose, y, x, channel))];
        picture(y, x, channel) = to_byte(static_cast<double>(value) / peak);
      }
    }
  }
  return picture;
}

Picture side_by_side(const Picture& left, const Picture& right) {
  Picture both(left.height, 2 * left.width + 1, kSeparator, left.channels);
  const Index line = left.width * left.channels;
  for (Index y = 0; y < left.height; ++y) {
    std::copy_n(left.values.begin() + y * line, line, &both(y, 0));
    std::copy_n(right.values.begin() + y * line, line, &both(y, left.width + 1));
  }
  return both;
}

Picture contact_sheet(const std::vector<Picture>& cells) {
  const Picture& first = cells.front();
  const Layout layout = lay_out(std::ssize(cells), {first.height, first.width}, {});
  Picture sheet(layout.height(), layout.width(), kSeparator, first.channels);
  for (Index cell = 0; cell < layout.lines * layout.columns; ++cell) {
    for (Index y = 0; y < layout.cell_height; ++y) {
      for (Index x = 0; x < layout.cell_width; ++x) {
        for (Index channel = 0; channel < first.channels; ++channel) {
          sheet(layout.top(cell) + y, layout.left(cell) + x, channel) =
              cell < std::ssize(cells) ? cells[static_cast<std::size_t>(cell)](
                                             y / layout.scale, x / layout.scale, channel)
                                       : kWhite;
        }
      }
    }
  }
  return sheet;
}

template Picture picture_of(std::span<const float>, ImageShape, bool, double);
template Picture picture_of(std::span<const double>, ImageShape, bool, double);
template Matrix<float> component_picture(ConstMatrixView<float>, Index, ImageShape, bool);
template Matrix<float> component_picture(ConstMatrixView<double>, Index, ImageShape, bool);
template Picture montage(ConstMatrixView<float>, ImageShape, const MontageOptions&);
template Picture montage(ConstMatrixView<double>, ImageShape, const MontageOptions&);

}  // namespace tessera::report
