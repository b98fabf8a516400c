#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <png.h>

#include "tessera/core/error.hpp"
#include "tessera/io/byte_source.hpp"

#include "image_formats.hpp"

/// libpng's full interface: the simplified one rescales 16-bit samples by their gamma.
namespace tessera::ingest {
namespace {

/// Reads one file. libpng leaves a failed call by longjmp, which must pass no destructor: each
/// function that calls it has none, and reports the failure to its caller, who throws.
class PngReader {
 public:
  explicit PngReader(ImageBytes file) : rest_(file) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ != nullptr ? png_create_info_struct(png_) : nullptr;
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, this, on_read);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  /// The header, and how samples are to come: grey or RGB, of 8 or 16 bits, without alpha.
  void read_header() { require(try_header()); }
  /// Fills the rows and checks all that follows. @pre read_header()
  void read_rows(png_bytepp rows) { require(try_rows(rows)); }

  [[nodiscard]] ImageSize size() const { return size_; }
  [[nodiscard]] bool pairs() const { return pairs_; }
  [[nodiscard]] std::size_t row_bytes() const { return row_bytes_; }
  /// Bytes that the file's samples take once they are inflated, but for filters.
  [[nodiscard]] Index raw_bytes() const { return raw_bytes_; }

 private:
  void require(bool succeeded) const {
    if (!succeeded) {
      throw InputError(fmt::format("PNG: {}", message_.data()));
    }
  }

  bool try_header() {
    if (setjmp(png_jmpbuf(png_)) != 0) {
      return false;
    }
    png_read_info(png_, info_);
    size_.height = png_get_image_height(png_, info_);
    size_.width = png_get_image_width(png_, info_);
    raw_bytes_ = static_cast<Index>(png_get_rowbytes(png_, info_)) * size_.height;
    png_set_expand(png_);
    png_set_strip_alpha(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    size_.channels = png_get_channels(png_, info_);
    pairs_ = png_get_bit_depth(png_, info_) > 8;
    row_bytes_ = png_get_rowbytes(png_, info_);
    return true;
  }

  bool try_rows(png_bytepp rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) {
      return false;
    }
    png_read_image(png_, rows);
    png_read_end(png_, nullptr);
    return true;
  }

  static void on_error(png_structp png, png_const_charp message) {
    auto* reader = static_cast<PngReader*>(png_get_error_ptr(png));
    std::strncpy(reader->message_.data(), message, reader->message_.size() - 1);
    png_longjmp(png, 1);
  }

  static void on_warning(png_structp /*png*/, png_const_charp /*message*/) {}

  static void on_read(png_structp png, png_bytep data, std::size_t length) {
    auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
    if (length > reader->rest_.size()) {
      png_error(png, "the file is cut short");
    }
    std::memcpy(data, reader->rest_.data(), length);
    reader->rest_ = reader->rest_.subspan(length);
  }

  ImageBytes rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  ImageSize size_;
  bool pairs_ = false;
  std::size_t row_bytes_ = 0;
  Index raw_bytes_ = 0;
  std::array<char, 128> message_{};
};

/// @throws InputError also where the file cannot hold what its header says.
void read_header(PngReader& reader, ImageBytes file) {
  reader.read_header();
  if (reader.raw_bytes() > io::most_decompressed_bytes(std::ssize(file))) {
    throw InputError(fmt::format(
        "PNG: its header claims {}x{} pixels, which cannot come from a file of {} bytes",
        reader.size().height, reader.size().width, file.size()));
  }
}

}  // namespace

ImageSize png_size(ImageBytes file) {
  PngReader reader(file);
  read_header(reader, file);
  return reader.size();
}

Image decode_png(ImageBytes file) {
  PngReader reader(file);
  read_header(reader, file);
  const ImageSize size = reader.size();
  const auto height = static_cast<std::size_t>(size.height);
  std::vector<png_byte> samples(height * reader.row_bytes());
  std::vector<png_bytep> rows;
  for (std::size_t row = 0; row < height; ++row) {
    rows.push_back(samples.data() + row * reader.row_bytes());
  }
  reader.read_rows(rows.data());
  Image image{size, std::vector<float>(static_cast<std::size_t>(size.values()))};
  to_shares(samples.data(), reader.pairs(), reader.pairs() ? 65535.0F : 255.0F, image.values);
  return image;
}

}  // namespace tessera::ingest
