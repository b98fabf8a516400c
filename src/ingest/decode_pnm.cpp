#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/io/text_line.hpp"

#include "image_formats.hpp"

/// Netpbm's PGM and PPM (https://netpbm.sourceforge.net/doc/pgm.html). Boost.GIL, which reads them
/// too, refuses more than 8 bits; libnetpbm ends the program at the first broken file.
namespace tessera::ingest {
namespace {

struct PnmHeader {
  ImageSize size;
  bool plain = false;  ///< samples are decimal numbers
  Index largest = 0;   ///< sample that is white, below 65536
  std::size_t begin = 0;
};

bool is_blank(char character) {
  return character == ' ' || (character >= '\t' && character <= '\r');
}

/// Decimal numbers with blanks and comments (from # to the end of the line) between them.
class PnmNumbers {
 public:
  PnmNumbers(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  /// @throws InputError unless a number from 0 to `most` follows, which `what` calls.
  Index next(const char* what, Index most) {
    skip();
    const std::size_t begin = at_;
    Index value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      value = value * 10 + (text_[at_] - '0');
      if (value > most) {
        throw InputError(fmt::format("{} at byte {} is more than {}", what, begin, most));
      }
    }
    if (at_ == begin) {
      throw InputError(at_ >= text_.size()
                           ? fmt::format("the file ends where {} should follow", what)
                           : fmt::format("{} should stand at byte {}, not {}", what, at_,
                                         io::excerpt(text_.substr(at_, 1))));
    }
    return value;
  }

  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  void skip() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      } else if (!is_blank(text_[at_])) {
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_;
};

std::string_view as_text(ImageBytes file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

/// Bytes that the samples take at least, if they are all there.
Index least_bytes(const PnmHeader& header) {
  const Index samples = header.size.values();
  return header.plain ? 2 * samples - 1 : samples * (header.largest > 255 ? 2 : 1);
}

PnmHeader parse_header(std::string_view text) {
  const char kind = text.size() > 1 ? text[1] : '\0';
  if (kind != '2' && kind != '3' && kind != '5' && kind != '6') {
    throw InputError(
        fmt::format("it begins with {}, not with P2, P3, P5 or P6 as PGM and PPM do. Convert it to "
                    "PNG",
                    io::excerpt(text.substr(0, 2))));
  }
  constexpr Index kLargestSide = std::numeric_limits<std::int32_t>::max() / 2;
  constexpr Index kLargestSample = 65535;
  PnmNumbers numbers(text, 2);
  PnmHeader header;
  header.plain = kind < '5';
  header.size.channels = kind == '3' || kind == '6' ? 3 : 1;
  header.size.width = numbers.next("the width", kLargestSide);
  header.size.height = numbers.next("the height", kLargestSide);
  header.largest = numbers.next("the largest sample", kLargestSample);
  if (header.size.width < 1 || header.size.height < 1 || header.largest < 1) {
    throw InputError("its width, height and largest sample must be at least 1");
  }
  header.begin = numbers.at() + 1;  // a single blank ends the header
  if (numbers.at() >= text.size() || !is_blank(text[numbers.at()])) {
    throw InputError("the file ends within its header");
  }
  const Index there = std::ssize(text) - static_cast<Index>(header.begin);
  if (least_bytes(header) > there) {
    throw InputError(fmt::format(
        "the file is cut short: {}x{} pixels need at least {} bytes behind the header, {} are "
        "there",
        header.size.height, header.size.width, least_bytes(header), there));
  }
  return header;
}

void decode_plain(std::string_view text, const PnmHeader& header, std::span<float> values) {
  PnmNumbers numbers(text, header.begin);
  for (float& value : values) {
    value = static_cast<float>(numbers.next("a sample", header.largest)) /
            static_cast<float>(header.largest);
  }
}

void require_within(std::span<const float> values, const PnmHeader& header) {
  for (std::size_t index = 0; index < values.size(); ++index) {
    if (values[index] > 1) {
      const Index pixel = static_cast<Index>(index) / header.size.channels;
      throw InputError(
          fmt::format("the pixel in row {}, column {} is above {}, which the header "
                      "says is the largest sample",
                      pixel / header.size.width, pixel % header.size.width, header.largest));
    }
  }
}

}  // namespace

ImageSize pnm_size(ImageBytes file) { return parse_header(as_text(file)).size; }

Image decode_pnm(ImageBytes file) {
  const std::string_view text = as_text(file);
  const PnmHeader header = parse_header(text);
  Image image{header.size, std::vector<float>(static_cast<std::size_t>(header.size.values()))};
  if (header.plain) {
    decode_plain(text, header, image.values);
    return image;
  }
  to_shares(reinterpret_cast<const std::uint8_t*>(file.data()) + header.begin, header.largest > 255,
            static_cast<float>(header.largest), image.values);
  require_within(image.values, header);
  return image;
}

}  // namespace tessera::ingest
