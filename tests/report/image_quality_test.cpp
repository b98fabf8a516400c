#include "tessera/report/image_quality.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tessera/report/compression.hpp"

namespace tessera::report {
namespace {

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in:\n" << text;
}

TEST(Psnr, IsThatOfItsFormula) {
  EXPECT_DOUBLE_EQ(psnr(0.01, 1, 1), 20);
  EXPECT_DOUBLE_EQ(psnr(0.04, 4, 1), 20);
  EXPECT_DOUBLE_EQ(psnr(6.5025, 1, 255), 40);
  EXPECT_TRUE(std::isinf(psnr(0, 1, 1)));
}

TEST(ImageQualityText, HasALineForEveryPictureAndTheMeans) {
  const std::string text = image_quality_text({{"a", 0.04}, {"a longer name\n", 0.0004}}, 4, 1);
  expect_contains(text, "a                          20.00\n");
  expect_contains(text, "a longer name\\x0a          40.00\n");
  expect_contains(text, "mean of the pictures       30.00\n");
  expect_contains(text, "over all their pixels      22.97\n");  // 10 log10(8 / 0.0404)
}

CompressionReport example() {
  CompressionReport report;
  report.image = "a\x1b.png";
  report.image_shape = "10x20x3";
  report.matrices = 3;
  report.rows = 10;
  report.columns = 20;
  report.value_type = "float32";
  report.bytes_per_value = 4;
  report.pixel_bytes = 600;
  report.file_bytes = 250;
  report.pictures = {{2, 180, 50, 21.5, 22.25, 21.75, "small-2.png"}};
  return report;
}

TEST(CompressionText, SaysHowSmallAndHowNear) {
  const std::string text = compression_text(example());
  expect_contains(text, "a\\x1b.png: 10x20x3 pixels, as 3 matrices of 10x20\n");
  expect_contains(text, "     2         720     120.0%       21.50       22.25          21.75\n");
  expect_contains(text, "as float32, 4 bytes each. The pixels take 600 bytes, their file 250.");
}

TEST(CompressionJson, HoldsTheSame) {
  const auto json = nlohmann::json::parse(compression_json(example()));
  EXPECT_EQ(json["matrices"], 3);
  EXPECT_EQ(json["file_bytes"], 250);
  const auto& picture = json["pictures"][0];
  EXPECT_EQ(picture["bytes"], 720);
  EXPECT_EQ(picture["psnr"], 21.5);
  EXPECT_EQ(picture["best_psnr"], 22.25);
  EXPECT_EQ(picture["picture_psnr"], 21.75);
  EXPECT_EQ(picture["file"], "small-2.png");
}

}  // namespace
}  // namespace tessera::report
