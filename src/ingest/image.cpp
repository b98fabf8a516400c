#include "tessera/ingest/image.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::ingest {
namespace {

Image to_grey(const Image& image) {
  Image grey{{image.size.height, image.size.width, 1}, {}, image.remark};
  grey.values.resize(static_cast<std::size_t>(grey.size.values()));
  for (std::size_t pixel = 0; pixel < grey.values.size(); ++pixel) {
    const float* channels = image.values.data() + 3 * pixel;
    grey.values[pixel] = 0.299F * channels[0] + 0.587F * channels[1] + 0.114F * channels[2];
  }
  return grey;
}

Image to_rgb(const Image& image) {
  Image colours{{image.size.height, image.size.width, 3}, {}, image.remark};
  colours.values.resize(static_cast<std::size_t>(colours.size.values()));
  for (std::size_t index = 0; index < colours.values.size(); ++index) {
    colours.values[index] = image.values[index / 3];
  }
  return colours;
}

/// The old pixels that one new pixel is made of, and how much each counts; together 1.
struct Tap {
  Index first = 0;
  std::vector<float> weights;
};

/// One tap for each of `to` new pixels along an axis of `from` old ones.
std::vector<Tap> triangle_taps(Index from, Index to) {
  const double ratio = static_cast<double>(from) / static_cast<double>(to);
  const double half_width = std::max(1.0, ratio);
  std::vector<Tap> taps(static_cast<std::size_t>(to));
  for (Index index = 0; index < to; ++index) {
    Tap& tap = taps[static_cast<std::size_t>(index)];
    const double centre = (static_cast<double>(index) + 0.5) * ratio;
    tap.first = std::max<Index>(0, static_cast<Index>(std::floor(centre - half_width)));
    const Index end = std::min(from, static_cast<Index>(std::ceil(centre + half_width)));
    double sum = 0;
    for (Index old = tap.first; old < end; ++old) {
      const double distance = std::abs(static_cast<double>(old) + 0.5 - centre);
      const double weight = std::max(0.0, 1 - distance / half_width);
      tap.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    std::ranges::for_each(tap.weights, [&](float& w) { w /= static_cast<float>(sum); });
  }
  return taps;
}

/// Filters the middle axis of outer × taps × inner values.
std::vector<float> filter(const std::vector<float>& values, Index outer, Index length, Index inner,
                          const std::vector<Tap>& taps) {
  std::vector<float> filtered(static_cast<std::size_t>(outer * std::ssize(taps) * inner));
  auto* target = filtered.data();
  for (Index line = 0; line < outer; ++line) {
    for (const Tap& tap : taps) {
      const float* source = values.data() + (line * length + tap.first) * inner;
      for (const float weight : tap.weights) {
        for (Index index = 0; index < inner; ++index) {
          target[index] += weight * source[index];
        }
        source += inner;
      }
      target += inner;
    }
  }
  return filtered;
}

}  // namespace

Image with_color(Image image, ImageColor color) {
  const Index wanted = color == ImageColor::grey ? 1 : 3;
  if (image.size.channels == wanted) {
    return image;
  }
  return wanted == 1 ? to_grey(image) : to_rgb(image);
}

Image resize(const Image& image, Index height, Index width) {
  const ImageSize& old = image.size;
  if (old.height == height && old.width == width) {
    return image;
  }
  const auto narrow =
      filter(image.values, old.height, old.width, old.channels, triangle_taps(old.width, width));
  return {{height, width, old.channels},
          filter(narrow, 1, old.height, width * old.channels, triangle_taps(old.height, height)),
          image.remark};
}

}  // namespace tessera::ingest
