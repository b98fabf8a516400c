#include <algorithm>
#include <limits>
#include <string>
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

Index bytes_behind(std::string_view text, const PnmHeader& header) {
  return std::ssize(text) - static_cast<Index>(header.begin);
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
  return header;
}

/// @throws InputError unless what follows can be all samples.
PnmHeader parse_complete(std::string_view text) {
  const PnmHeader header = parse_header(text);
  if (least_bytes(header) > bytes_behind(text, header)) {
    throw InputError(fmt::format(
        "the file is cut short: {}x{} pixels need at least {} bytes behind the header, {} are "
        "there",
        header.size.height, header.size.width, least_bytes(header), bytes_behind(text, header)));
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

Image decode_raw(std::string_view text, const PnmHeader& header) {
  Image image{header.size, std::vector<float>(static_cast<std::size_t>(header.size.values()))};
  to_shares(reinterpret_cast<const std::uint8_t*>(text.data()) + header.begin, header.largest > 255,
            static_cast<float>(header.largest), image.values);
  require_within(image.values, header);
  return image;
}

/// What a file was before a transfer as text put a carriage return before each of its line feeds,
/// those among its pixels too; empty if some line feed has none. Many files of the ORL faces are
/// handed on like this.
std::string without_carriage_returns(std::string_view text) {
  std::string restored;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_pair = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (text[at] == '\n') {
      return "";
    }
    at += is_pair ? 1 : 0;
    restored += text[at];
  }
  return restored;
}

}  // namespace

ImageSize pnm_size(ImageBytes file) { return parse_complete(as_text(file)).size; }

Image decode_pnm(ImageBytes file) {
  const std::string_view text = as_text(file);
  const PnmHeader header = parse_complete(text);
  if (header.plain) {
    Image image{header.size, std::vector<float>(static_cast<std::size_t>(header.size.values()))};
    decode_plain(text, header, image.values);
    return image;
  }
  if (bytes_behind(text, header) == least_bytes(header)) {
    return decode_raw(text, header);
  }
  const std::string restored = without_carriage_returns(text);
  if (!restored.empty()) {
    const PnmHeader its_header = parse_header(restored);
    if (bytes_behind(restored, its_header) == least_bytes(its_header)) {
      Image image = decode_raw(restored, its_header);
      image.remark = ImageRemark::restored;
      return image;
    }
  }
  Image image = decode_raw(text, header);
  image.remark = ImageRemark::longer;
  return image;
}

}  // namespace tessera::ingest
