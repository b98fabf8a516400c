#include "tessera/ingest/decode_image.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

#include "picture_files.hpp"

namespace tessera::ingest {
namespace {

using testing::Bytes;
using testing::bytes_of;
using testing::expected_image;

constexpr ImageLimit kLimit{Index{1} << 24};

Image decode(std::string_view text) { return decode_image(bytes_of(text), kLimit); }

/// The message with which a file is refused.
std::string refusal(const Bytes& file, ImageLimit limit = kLimit) {
  try {
    static_cast<void>(decode_image(file, limit));
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << "the file is not refused";
  return "";
}

std::string refusal(std::string_view text) { return refusal(bytes_of(text)); }

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in: " << text;
}

/// No beginning of a file is taken for a picture.
void expect_refused_when_cut(const Bytes& file) {
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_THROW(static_cast<void>(decode_image(std::span(file).first(length), kLimit)), InputError)
        << "cut to " << length << " of " << file.size() << " bytes";
  }
}

TEST(DecodePnm, ReadsPlainNumbersAmongBlanksAndComments) {
  const Image grey =
      decode("P2 # a comment 9\n#another\n3\t2 # width and height\n\n4\n0 1 2\n3 4 #\n0");
  EXPECT_EQ(grey.size, (ImageSize{2, 3, 1}));
  EXPECT_EQ(grey.values, (std::vector<float>{0, 0.25F, 0.5F, 0.75F, 1, 0}));

  const Image colours = decode("P3 1 2 255 255 0 51  0 255 0");
  EXPECT_EQ(colours.size, (ImageSize{2, 1, 3}));
  EXPECT_EQ(colours.values, (std::vector<float>{1, 0, 0.2F, 0, 1, 0}));
}

TEST(DecodePnm, ReadsBytesAndPairsOfBytes) {
  for (const Index channels : {1, 3}) {
    const ImageSize size{5, 7, channels};
    const Image image = decode(testing::pnm_file(size));
    EXPECT_EQ(image.size, size);
    EXPECT_EQ(image.values, expected_image(size).values);
  }
  using namespace std::string_literals;
  const Image deep = decode("P5 2 1 1000\n\x03\xe8\x01\xf4"s);
  EXPECT_EQ(deep.values, (std::vector<float>{1, 0.5F}));
}

TEST(DecodePnm, RefusesWhatIsCutShort) {
  expect_refused_when_cut(bytes_of(testing::pnm_file({3, 4, 3})));
  // The last digit may be missing of a plain file, but no number.
  const std::string plain = "P2 2 2 9 1 2 3 4";
  for (std::size_t length = 0; length < plain.size(); ++length) {
    EXPECT_THROW(static_cast<void>(decode(plain.substr(0, length))), InputError) << length;
  }
}

TEST(DecodePnm, RefusesClaimsThatTheFileCannotFill) {
  expect_contains(refusal("P5 60000 60000 255\nabc"),
                  "60000x60000 pixels need at least 3600000000");
  expect_contains(refusal("P6 1000000000 1000000000 65535\nabc"), "cut short");
  expect_contains(refusal("P2 1000000000 1000000000 1\n1 1"), "cut short");
  expect_contains(refusal("P5 99999999999999999999 1 255\nabc"), "is more than");
  expect_contains(refusal("P5 0 5 255\n"), "at least 1");
  expect_contains(refusal("P5 1 1 0\n\1"), "at least 1");
  expect_contains(refusal("P5 1 1 70000\n\1"), "is more than 65535");
}

TEST(DecodePnm, RefusesSamplesAboveTheLargest) {
  expect_contains(refusal("P2 2 1 9\n1 10"), "a sample at byte");
  expect_contains(refusal("P5 2 2 9\n\1\2\3\xa"), "row 1, column 1");
}

TEST(DecodePnm, UndoesATransferAsText) {
  const std::string file = testing::pnm_file({40, 9, 1});  // some of its samples are 10 and 13
  std::string copied;
  for (const char byte : file) {
    copied += byte == '\n' ? "\r\n" : std::string(1, byte);
  }
  const Image image = decode(copied);
  EXPECT_EQ(image.values, decode(file).values);
  EXPECT_EQ(image.remark, ImageRemark::restored);
  EXPECT_EQ(decode(file).remark, ImageRemark::none);
  // With one line feed alone it is something else.
  copied.back() = '\n';
  EXPECT_EQ(decode(copied).remark, ImageRemark::longer);
}

TEST(DecodePnm, IgnoresWhatFollowsTheLastPixel) {
  const std::string file = testing::pnm_file({3, 4, 1});
  for (const std::string& longer : {file + "x", file + file}) {
    EXPECT_EQ(decode(longer).values, decode(file).values);
    EXPECT_EQ(decode(longer).remark, ImageRemark::longer);
  }
  // It was written as text on a system that leaves line ends as they are which have both.
  EXPECT_EQ(decode("P5\r\n2 2\r\n255\r\n\r\nab").remark, ImageRemark::longer);
}

TEST(DecodePnm, SaysWhatStandsWhereANumberShould) {
  expect_contains(refusal("P2 2 x 9 1 1"), "the height should stand at byte 5, not 'x'");
  expect_contains(refusal("P4 8 1\n\xff"), "'P4'");
  expect_contains(refusal("P5 1 1 255#\1"), "within its header");
}

TEST(DecodePng, ReadsGreyAndColours) {
  for (const ImageSize size : {ImageSize{1, 1, 1}, {5, 7, 1}, {6, 4, 3}}) {
    const Image image = decode_image(testing::png_file(size), kLimit);
    EXPECT_EQ(image.size, size);
    EXPECT_EQ(image.values, expected_image(size).values);
    EXPECT_EQ(image_size(testing::png_file(size)), size);
  }
}

TEST(DecodePng, RefusesWhatIsCutShortOrDamaged) {
  Bytes file = testing::png_file({9, 5, 3});
  expect_refused_when_cut(file);
  file[file.size() / 2] ^= std::byte{1};
  expect_contains(refusal(file), "PNG: ");
}

TEST(DecodePng, RefusesASizeThatCannotComeFromItsBytes) {
  // A header of 900000x900000 pixels, its checksum being right, and nothing behind.
  using namespace std::string_literals;
  const std::string claim =
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x0d\xbb\xa0\0\x0d\xbb\xa0\x08\0\0\0\0\xf5\xd6\xce\x53"
      "\0\0\0\0IDAT\x35\xaf\x06\x1e"s;
  expect_contains(refusal(claim), "claims 900000x900000 pixels");
}

TEST(DecodeJpeg, ReadsGreyAndColours) {
  const unsigned char grey[] = {100};
  const unsigned char red[] = {200, 30, 60};
  for (const std::span<const unsigned char> colour :
       {std::span<const unsigned char>(grey), {red}}) {
    const ImageSize size{20, 33, std::ssize(colour)};
    const Image image = decode_image(testing::jpeg_file(size, colour), kLimit);
    EXPECT_EQ(image.size, size);
    for (std::size_t index = 0; index < image.values.size(); ++index) {
      EXPECT_NEAR(image.values[index] * 255, colour[index % colour.size()], 3);
    }
  }
}

TEST(DecodeJpeg, RefusesWhatIsCutShortAndColoursForPrint) {
  const unsigned char red[] = {200, 30, 60};
  expect_refused_when_cut(testing::jpeg_file({20, 33, 3}, red));
  const unsigned char ink[] = {1, 2, 3, 4};
  expect_contains(refusal(testing::jpeg_file({8, 8, 4}, ink)), "CMYK");
}

TEST(DecodeImage, RefusesWhatMemoryCannotHold) {
  const auto file = testing::png_file({40, 50, 3});
  EXPECT_NO_THROW(static_cast<void>(decode_image(file, {200000})));
  expect_contains(refusal(file, {20000}), "its 40x50 pixels need");
}

TEST(DecodeImage, RefusesWhatIsNoPicture) {
  expect_contains(refusal(""), "empty");
  expect_contains(refusal("GIF89a"), "no PGM, PPM, PNG or JPEG");
}

}  // namespace
}  // namespace tessera::ingest
