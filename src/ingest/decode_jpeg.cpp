#include <memory>
#include <vector>

#include <fmt/format.h>
#include <turbojpeg.h>

#include "tessera/core/error.hpp"

#include "image_formats.hpp"

/// libjpeg-turbo through its TurboJPEG interface, which reports failures by value.
namespace tessera::ingest {
namespace {

class JpegReader {
 public:
  /// Reads the header.
  explicit JpegReader(ImageBytes file) : file_(file), handle_(tjInitDecompress()) {
    if (handle_ == nullptr) {
      throw std::bad_alloc();
    }
    int colours = 0;
    int subsampling = 0;
    require(tjDecompressHeader3(handle_.get(), data(), length(), &width_, &height_, &subsampling,
                                &colours));
    if (colours == TJCS_CMYK || colours == TJCS_YCCK) {
      throw InputError("JPEG: its colours are CMYK, for print. Convert it to RGB");
    }
    grey_ = colours == TJCS_GRAY;
  }

  [[nodiscard]] ImageSize size() const { return {height_, width_, grey_ ? 1 : 3}; }

  /// Fills size().values() bytes. What libjpeg only warns of, as of a file that ends too early, is
  /// refused. The number of scans is limited: each costs time, and a small file can hold many.
  void read(std::span<std::uint8_t> samples) const {
    constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
    require(tjDecompress2(handle_.get(), data(), length(), samples.data(), width_, 0, height_,
                          grey_ ? TJPF_GRAY : TJPF_RGB, kFlags));
  }

 private:
  struct Destroy {
    void operator()(void* handle) const { tjDestroy(handle); }
  };

  [[nodiscard]] const unsigned char* data() const {
    return reinterpret_cast<const unsigned char*>(file_.data());
  }
  [[nodiscard]] unsigned long length() const { return file_.size(); }

  void require(int status) const {
    if (status != 0) {
      throw InputError(fmt::format("JPEG: {}", tjGetErrorStr2(handle_.get())));
    }
  }

  ImageBytes file_;
  std::unique_ptr<void, Destroy> handle_;
  int width_ = 0;
  int height_ = 0;
  bool grey_ = false;
};

}  // namespace

ImageSize jpeg_size(ImageBytes file) { return JpegReader(file).size(); }

Image decode_jpeg(ImageBytes file) {
  const JpegReader reader(file);
  const ImageSize size = reader.size();
  std::vector<std::uint8_t> samples(static_cast<std::size_t>(size.values()));
  reader.read(samples);
  Image image{size, std::vector<float>(samples.size())};
  to_shares(samples.data(), false, 255.0F, image.values);
  return image;
}

}  // namespace tessera::ingest
