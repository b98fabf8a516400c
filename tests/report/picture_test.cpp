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

TEST(Montage, ShowsColoursAsTheyAreAdded) {
  // A red pixel beside a dim blue one.
  const auto image = montage_of(matrix(1, {4, 0, 0, 0, 0, 2}), {1, 2, 3});
  const Index scale = 48;
  ASSERT_EQ(image.channels, 3);
  for (const Index channel : {0, 1, 2}) {
    EXPECT_EQ(image(scale, scale, channel), channel == 0 ? kWhite : kBlack);
    EXPECT_EQ(image(2 * scale - 1, 2 * scale, channel), channel == 2 ? 128 : kBlack);
    EXPECT_EQ(image(0, 0, channel), image(0, 0, 0));  // separators are grey
  }
  EXPECT_EQ(montage_of(Matrix<float>(1, 3), {1, 1, 3})(97, 144, 2), kWhite);  // dead
}

TEST(PictureOf, CutsWhatIsBeyondThePeak) {
  const std::vector<float> values = {0, 1, 2, 3, -1, 0.5F};
  const auto picture = picture_of<float>(values, {2, 3}, false, 2);
  EXPECT_EQ(picture.values, (std::vector<std::uint8_t>{0, 128, 255, 255, 0, 64}));
  const auto transposed = picture_of<float>(values, {2, 3}, true, 2);
  EXPECT_EQ(transposed.values, (std::vector<std::uint8_t>{0, 255, 0, 128, 255, 64}));
}

TEST(PictureOf, KeepsTheChannelsOfAPixelTogether) {
  const std::vector<double> values = {1, 0, 0, 0, 1, 0};
  const auto across = picture_of<double>(values, {1, 2, 3}, false, 1);
  EXPECT_EQ(across(0, 0, 0), kWhite);
  EXPECT_EQ(across(0, 1, 1), kWhite);
  const auto down = picture_of<double>(values, {2, 1, 3}, true, 1);
  EXPECT_EQ(down.values, across.values);
}

TEST(SideBySide, HasALineBetween) {
  for (const Index channels : {1, 3}) {
    const auto both = side_by_side(Picture(4, 5, 10, channels), Picture(4, 5, 20, channels));
    EXPECT_EQ(both.height, 4);
    EXPECT_EQ(both.width, 11);
    for (const Index y : {0, 3}) {
      EXPECT_EQ(both(y, 0), 10);
      EXPECT_EQ(both(y, 4, channels - 1), 10);
      EXPECT_GT(both(y, 5, channels - 1), 20);
      EXPECT_EQ(both(y, 6), 20);
      EXPECT_EQ(both(y, 10, channels - 1), 20);
    }
  }
}

TEST(ContactSheet, ShowsAllPicturesInOrder) {
  std::vector<Picture> cells;
  for (const auto gray : std::initializer_list<std::uint8_t>{10, 20, 30}) {
    cells.emplace_back(96, 96, gray, 3);
  }
  const auto sheet = contact_sheet(cells);  // 2 by 2, the last cell empty
  EXPECT_EQ(sheet.height, 1 + 2 * 97);
  EXPECT_EQ(sheet.width, 1 + 2 * 97);
  EXPECT_EQ(sheet(1, 1, 2), 10);
  EXPECT_EQ(sheet(96, 98, 0), 20);
  EXPECT_EQ(sheet(98, 1, 1), 30);
  EXPECT_EQ(sheet(98, 98, 0), kWhite);
  EXPECT_EQ(contact_sheet({Picture(48, 48, 7)})(2, 2), 7);  // magnified twice
}

TEST(Montage, RefusesAShapeOfAnotherSize) {
  EXPECT_THROW(static_cast<void>(montage_of(Matrix<float>(1, 12), {3, 5})), UsageError);
}

TEST(Montage, IsMagnifiedNoMoreThanAsked) {
  const auto image = montage_of(matrix(1, {0, 1, 2, 4}), {2, 2}, {.columns = 1, .side = 1});
  EXPECT_EQ(image.height, 1 + 2 + 1);
  EXPECT_EQ(image(2, 2), kBlack);
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
