#include "tessera/ingest/image_matrices.hpp"

#include <algorithm>

namespace tessera::ingest {
namespace {

/// Where a value of a picture stands in its matrices.
struct Place {
  std::size_t matrix;
  Index row;
  Index column;
};

Index parts_of(Index length, Index part) { return (length + part - 1) / part; }

/// The sides up to which patches reach.
ImageSize covered(const ImageSize& size, const ImageLayout& layout) {
  if (!layout.patch) {
    return size;
  }
  const ImageSize& patch = *layout.patch;
  return {parts_of(size.height, patch.height) * patch.height,
          parts_of(size.width, patch.width) * patch.width, size.channels};
}

Place place_of(const ImageSize& size, const ImageLayout& layout, Index y, Index x, Index channel) {
  if (layout.channels_apart) {
    return {static_cast<std::size_t>(channel), y, x};
  }
  if (!layout.patch) {
    return {0, y, x * size.channels + channel};
  }
  const ImageSize& patch = *layout.patch;
  const Index patches_across = parts_of(size.width, patch.width);
  return {0, y / patch.height * patches_across + x / patch.width,
          ((y % patch.height) * patch.width + x % patch.width) * size.channels + channel};
}

std::vector<Matrix<float>> empty_matrices(const ImageSize& size, const ImageLayout& layout) {
  const Place last = place_of(size, layout, covered(size, layout).height - 1,
                              covered(size, layout).width - 1, size.channels - 1);
  std::vector<Matrix<float>> matrices;
  for (std::size_t matrix = 0; matrix <= last.matrix; ++matrix) {
    matrices.emplace_back(last.row + 1, last.column + 1);
  }
  return matrices;
}

std::size_t index_of(const ImageSize& size, Index y, Index x, Index channel) {
  return static_cast<std::size_t>((y * size.width + x) * size.channels + channel);
}

/// Calls visit(y, x, channel) for every value of a picture.
template <class Visit>
void for_each_value(const ImageSize& size, Visit&& visit) {
  for (Index y = 0; y < size.height; ++y) {
    for (Index x = 0; x < size.width; ++x) {
      for (Index channel = 0; channel < size.channels; ++channel) {
        visit(y, x, channel);
      }
    }
  }
}

}  // namespace

std::vector<Matrix<float>> image_matrices(const Image& image, const ImageLayout& layout) {
  const ImageSize& size = image.size;
  auto matrices = empty_matrices(size, layout);
  for_each_value(covered(size, layout), [&](Index y, Index x, Index channel) {
    const Place place = place_of(size, layout, y, x, channel);
    matrices[place.matrix](place.row, place.column) = image.values[index_of(
        size, std::min(y, size.height - 1), std::min(x, size.width - 1), channel)];
  });
  return matrices;
}

Image assemble_image(const std::vector<Matrix<float>>& matrices, ImageSize size,
                     const ImageLayout& layout) {
  Image image{size, std::vector<float>(static_cast<std::size_t>(size.values()))};
  for_each_value(size, [&](Index y, Index x, Index channel) {
    const Place place = place_of(size, layout, y, x, channel);
    image.values[index_of(size, y, x, channel)] = matrices[place.matrix](place.row, place.column);
  });
  return image;
}

}  // namespace tessera::ingest
