#include "tessera/io/file_format.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/io/hdf5.hpp"

namespace tessera::io {
namespace {

struct Signature {
  std::string_view bytes;
  const char* meaning;
};

constexpr std::array<Signature, 8> kSignatures = {{{"%%MatrixMarket", "a Matrix Market file"},
                                                   {"\x93NUMPY", "a NumPy .npy file"},
                                                   {"PK\x03\x04", "a zip archive, perhaps .npz"},
                                                   {"\x1f\x8b", "gzip-compressed data"},
                                                   {"BZh", "bzip2-compressed data"},
                                                   {"\x89PNG", "a PNG image"},
                                                   {"\xff\xd8\xff", "a JPEG image"},
                                                   {"CDF", "a NetCDF classic file"}}};

}  // namespace

std::string looks_like(const std::string& path) {
  constexpr std::size_t kLongest = 512;
  std::string head(kLongest, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  if (head.empty()) {
    return "it is empty";
  }
  for (const Signature& signature : kSignatures) {
    if (head.starts_with(signature.bytes)) {
      return std::string("it looks like ") + signature.meaning;
    }
  }
  const bool text = head.find('\0') == std::string::npos;
  return text ? "it looks like text" : "its content is not known";
}

bool is_hdf5(const std::string& path) {
  hdf5::prepare_library();
  return H5Fis_hdf5(path.c_str()) > 0;
}

void require_readable(const std::string& path) {
  struct stat status {};
  // O_NONBLOCK: opening a named pipe must not wait for somebody to write to it.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const int failure = errno;
  if (descriptor < 0) {
    throw IoError("cannot open '" + path + "': " + std::strerror(failure) +
                  ". Check the path, and that every machine of the job sees the file");
  }
  const bool regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  close(descriptor);
  if (!regular) {
    throw IoError("cannot read '" + path + "': it is not a regular file");
  }
}

void require_hdf5(const std::string& path) {
  require_readable(path);
  if (!is_hdf5(path)) {
    throw InputError("'" + path + "' is not an HDF5 file: " + looks_like(path) +
                     ". Give a matrix as a 2-D dataset of an HDF5 file");
  }
}

}  // namespace tessera::io
