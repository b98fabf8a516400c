#include "tessera/report/picture.hpp"

#include <algorithm>
#include <initializer_list>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

namespace tessera::report {
namespace {

constexpr int kWhite = 255;
constexpr int kBlack = 0;

Matrix<float> matrix(Index rows, std::initializer_list<float> entries) {
  Matrix<float> result(rows, static_cast<Index>(entries.size()) / rows);
  std::ranges::copy(entries, result.span().begin());
  return result;
}

Picture montage_of(const Matrix<float>& components, ImageShape shape,
                   const MontageOptions& options = {}) {
  return montage(components.view(), shape, options);
}

TEST(ComponentPicture, IsScaledByItsOwnLargestEntry) {
  const auto components = matrix(2, {1, 2, 4, 0, 100, 50, 0, 25});
  const auto picture = component_picture(components.view(), 0, {2, 2}, false);
  EXPECT_FLOAT_EQ(picture(0, 0), 0.25F);
  EXPECT_FLOAT_EQ(picture(0, 1), 0.5F);
  EXPECT_FLOAT_EQ(picture(1, 0), 1.0F);
  EXPECT_FLOAT_EQ(picture(1, 1), 0.0F);
  EXPECT_FLOAT_EQ(component_picture(components.view(), 1, {2, 2}, false)(1, 1), 0.25F);
}

TEST(ComponentPicture, ReadsPixelsColumnByColumnWhenTransposed) {
  const auto components = matrix(1, {1, 2, 3, 4, 5, 6});
  const auto picture = component_picture(components.view(), 0, {2, 3}, true);
  EXPECT_FLOAT_EQ(picture(0, 1), 3.0F / 6);
  EXPECT_FLOAT_EQ(picture(1, 0), 2.0F / 6);
  EXPECT_FLOAT_EQ(picture(1, 2), 1.0F);
}

TEST(ComponentPicture, OfADeadComponentIsBlank) {
  const auto components = matrix(2, {0, 0, 0, 0, 0, 1, 0, 0});
  EXPECT_TRUE(is_blank(component_picture(components.view(), 0, {2, 2}, false)));
  EXPECT_FALSE(is_blank(component_picture(components.view(), 1, {2, 2}, false)));
}

TEST(Montage, PaintsLargeValuesDarkOnWhite) {
  const auto image = montage_of(matrix(1, {1, 0.5F, 0, 0}), {2, 2});
  const Index scale = 48;  // 96 readable pixels
  EXPECT_EQ(image.height, 2 * scale + 2 * scale);
  EXPECT_EQ(image(scale, scale), kBlack);
  EXPECT_EQ(image(2 * scale - 1, 2 * scale - 1), kBlack);
  EXPECT_NEAR(image(scale, 2 * scale), kWhite / 2, 1);
  EXPECT_EQ(image(2 * scale, scale), kWhite);
}

TEST(Montage, SeparatesCellsByGreyLines) {
  const auto image = montage_of(matrix(2, {1, 1, 1, 1, 1, 1, 1, 1}), {2, 2}, {.columns = 2});
  const Index scale = 48;
  for (const Index x : {Index{0}, 3 * scale, image.width - 1}) {
    EXPECT_GT(image(scale, x), kBlack);
    EXPECT_LT(image(scale, x), kWhite);
  }
  EXPECT_EQ(image(scale, 3 * scale - 1), kBlack);
  EXPECT_EQ(image(scale, 4 * scale), kBlack);
}

TEST(Montage, DoesNotMagnifyLargePictures) {
  const Matrix<float> components(3, 100 * 120);
  const auto image = montage_of(components, {100, 120}, {.columns = 3});
  EXPECT_EQ(image.height, 1 + 100 + 1);
  EXPECT_EQ(image.width, 1 + 3 * (120 + 1));
}

TEST(Montage, IsAboutSquareByDefault) {
  EXPECT_EQ(montage_of(Matrix<float>(49, 361), {19, 19}).width,
            montage_of(Matrix<float>(49, 361), {19, 19}).height);
  // 8 pictures four times as wide as high: 2 in a line, 4 lines would be 2:1; 1.4 rounds up to 2.
  const auto wide = montage_of(Matrix<float>(8, 400), {10, 40});
  EXPECT_LT(wide.width, 3 * wide.height);
  EXPECT_LT(wide.height, 3 * wide.width);
}

TEST(Montage, UsesNoMoreColumnsThanComponents) {
  const auto image = montage_of(Matrix<float>(2, 96 * 96), {96, 96}, {.columns = 10});
  EXPECT_EQ(image.width, 1 + 2 * (96 + 1));
}

TEST(Montage, CrossesOutDeadComponents) {
  const auto image = montage_of(Matrix<float>(1, 96 * 96), {96, 96});
  EXPECT_LT(image(1, 1), kWhite);  // ends of the diagonals
  EXPECT_LT(image(1, 96), kWhite);
  EXPECT_LT(image(48, 48), kWhite);  // and where they meet
  EXPECT_EQ(image(48, 10), kWhite);
}

TEST(Montage, RefusesAShapeOfAnotherSize) {
  EXPECT_THROW(static_cast<void>(montage_of(Matrix<float>(1, 12), {3, 5})), UsageError);
}

TEST(Montage, IsTheSameInDoublePrecision) {
  Matrix<double> components(1, 4);
  components(0, 1) = 0.25;
  components(0, 2) = 1;
  EXPECT_EQ(montage(std::as_const(components).view(), {2, 2}).values,
            montage_of(matrix(1, {0, 0.25F, 1, 0}), {2, 2}).values);
}

}  // namespace
}  // namespace tessera::report
