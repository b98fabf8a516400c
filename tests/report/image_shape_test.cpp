#include "tessera/report/image_shape.hpp"

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

namespace tessera::report {
namespace {

TEST(ImageShape, IsReadAsHeightTimesWidth) {
  const ImageShape expected{64, 48};
  EXPECT_EQ(parse_image_shape("64x48"), expected);
  EXPECT_EQ(expected.to_string(), "64x48");
  EXPECT_EQ(expected.values(), 3072);
}

TEST(ImageShape, MayHaveThreeChannels) {
  const ImageShape expected{64, 48, 3};
  EXPECT_EQ(parse_image_shape("64x48x3"), expected);
  EXPECT_EQ(expected.to_string(), "64x48x3");
  EXPECT_EQ(expected.values(), 3 * 3072);
  EXPECT_EQ(parse_image_shape("1x3"), (ImageShape{1, 3, 1}));
  EXPECT_NO_THROW(require_image_shape(expected, 9216));
  EXPECT_THROW(require_image_shape(expected, 3072), UsageError);
}

TEST(ImageShape, RefusesOtherText) {
  for (const char* text : {"", "64", "64x", "x64", "64x0", "-2x3", "64 x 48", "64x48x4",
                           "64x48x3x3", "64xx3", "64X48", "99999999999x1", "1e2x3"}) {
    EXPECT_THROW(static_cast<void>(parse_image_shape(text)), UsageError) << text;
  }
}

TEST(ImageShape, IsGuessedForSquareNumbersOnly) {
  EXPECT_EQ(guess_image_shape(361), (ImageShape{19, 19}));
  EXPECT_EQ(guess_image_shape(1), (ImageShape{1, 1}));
  EXPECT_EQ(guess_image_shape(362), std::nullopt);
  EXPECT_EQ(guess_image_shape(0), std::nullopt);
  const Index side = 2147483647;
  EXPECT_EQ(guess_image_shape(side * side), (ImageShape{side, side}));
  EXPECT_EQ(guess_image_shape(side * side - 1), std::nullopt);
}

TEST(ImageShape, NamesBothNumbersWhenTheComponentsDoNotFit) {
  EXPECT_NO_THROW(require_image_shape({64, 64}, 4096));
  try {
    require_image_shape({64, 60}, 4096);
    FAIL() << "a wrong shape was accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "--image-shape 64x60 has 3840 pixels, but the components have 4096");
  }
}

}  // namespace
}  // namespace tessera::report
