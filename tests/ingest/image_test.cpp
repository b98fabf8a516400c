#include "tessera/ingest/image.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tessera/ingest/image_matrices.hpp"

#include "picture_files.hpp"

namespace tessera::ingest {
namespace {

using testing::expected_image;

/// What resize() promises, by its formula: every new value from all old ones.
double triangle_mean(const Image& image, const ImageSize& size, Index y, Index x, Index channel) {
  const auto weight = [](Index old, Index index, Index from, Index to) {
    const double ratio = static_cast<double>(from) / static_cast<double>(to);
    const double distance =
        std::abs(static_cast<double>(old) + 0.5 - (static_cast<double>(index) + 0.5) * ratio);
    return std::max(0.0, 1 - distance / std::max(1.0, ratio));
  };
  const ImageSize& old = image.size;
  double sum = 0;
  double weights = 0;
  for (Index v = 0; v < old.height; ++v) {
    for (Index u = 0; u < old.width; ++u) {
      const double both =
          weight(v, y, old.height, size.height) * weight(u, x, old.width, size.width);
      const auto index = static_cast<std::size_t>((v * old.width + u) * old.channels + channel);
      sum += both * static_cast<double>(image.values[index]);
      weights += both;
    }
  }
  return sum / weights;
}

TEST(Resize, IsTheTriangleMeanOfItsFormula) {
  for (const Index channels : {1, 3}) {
    const Image image = expected_image({13, 10, channels});
    for (const ImageSize size : {ImageSize{5, 7, channels},
                                 {26, 3, channels},
                                 {1, 1, channels},
                                 {13, 10, channels},
                                 {40, 31, channels}}) {
      const Image resized = resize(image, size.height, size.width);
      ASSERT_EQ(resized.size, size);
      std::size_t index = 0;
      for (Index y = 0; y < size.height; ++y) {
        for (Index x = 0; x < size.width; ++x) {
          for (Index channel = 0; channel < channels; ++channel) {
            EXPECT_NEAR(resized.values[index++], triangle_mean(image, size, y, x, channel), 1e-6);
          }
        }
      }
    }
  }
}

TEST(Resize, KeepsWhatIsEven) {
  const Image even{{9, 4, 1}, std::vector<float>(36, 0.25F)};
  for (const float value : resize(even, 5, 11).values) {
    EXPECT_NEAR(value, 0.25F, 1e-6F);
  }
}

TEST(WithColor, WeighsAndRepeatsChannels) {
  const Image colours{{1, 2, 3}, {1, 0, 0, 0.2F, 0.4F, 0.6F}};
  const Image grey = with_color(colours, ImageColor::grey);
  EXPECT_EQ(grey.size, (ImageSize{1, 2, 1}));
  EXPECT_FLOAT_EQ(grey.values[0], 0.299F);
  EXPECT_FLOAT_EQ(grey.values[1], 0.2F * 0.299F + 0.4F * 0.587F + 0.6F * 0.114F);
  EXPECT_EQ(with_color(colours, ImageColor::rgb).values, colours.values);
  EXPECT_EQ(with_color({{1, 2, 1}, {0.5F, 1}}, ImageColor::rgb).values,
            (std::vector<float>{0.5F, 0.5F, 0.5F, 1, 1, 1}));
}

TEST(ImageMatrices, ComeBackInEveryLayout) {
  for (const ImageSize size : {ImageSize{4, 6, 1}, {5, 7, 3}, {1, 1, 1}}) {
    const Image image = expected_image(size);
    for (const ImageLayout& layout :
         {ImageLayout{}, ImageLayout{true, {}}, ImageLayout{false, ImageSize{2, 3, 1}},
          ImageLayout{false, ImageSize{1, 1, 1}}, ImageLayout{false, ImageSize{8, 8, 1}}}) {
      const Image back = assemble_image(image_matrices(image, layout), size, layout);
      EXPECT_EQ(back.values, image.values);
    }
  }
}

TEST(ImageMatrices, HaveRowsOfPixelsChannelsOrPatches) {
  const Image image = expected_image({3, 4, 3});
  const auto value = [&](Index y, Index x, Index channel) {
    return image.values[static_cast<std::size_t>((y * 4 + x) * 3 + channel)];
  };
  const auto rows = image_matrices(image, {});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].columns(), 12);
  EXPECT_EQ(rows[0](2, 5), value(2, 1, 2));

  const auto channels = image_matrices(image, {true, {}});
  ASSERT_EQ(channels.size(), 3U);
  EXPECT_EQ(channels[1].rows(), 3);
  EXPECT_EQ(channels[1](2, 3), value(2, 3, 1));

  // Two patches across, two down, of which the lower ones repeat the last row.
  const auto patches = image_matrices(image, {false, ImageSize{2, 2, 1}});
  ASSERT_EQ(patches.size(), 1U);
  EXPECT_EQ(patches[0].rows(), 4);
  EXPECT_EQ(patches[0].columns(), 12);
  EXPECT_EQ(patches[0](1, 3 * 2 + 1), value(1, 2, 1));
  EXPECT_EQ(patches[0](3, 0), value(2, 2, 0));
  EXPECT_EQ(patches[0](3, 3 * 3 + 2), value(2, 3, 2));
}

}  // namespace
}  // namespace tessera::ingest
