#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"
#include "tessera/io/hdf5.hpp"
#include "tessera/io/matrix_source.hpp"
#include "tessera/io/rectangle.hpp"

namespace tessera::io {

/// The dataset that is read when none is named, and the one that is written.
inline constexpr const char* kDenseDataset = "/X";

/// Attribute of a dataset whose rows are pictures: "HxW", their height and width in pixels.
inline constexpr const char* kImageShapeAttribute = "image_shape";

namespace hdf5 {

/// A dense 2-D dataset that has been looked at: what it is, and how its entries are stored.
struct DenseDataset {
  MatrixDescription description;
  bool contiguous = false;  ///< one run of row-major bytes; else tiles of whole chunks are read
  Granule chunk;            ///< 1×1 where there are no chunks
  Index value_bytes = 0;    ///< of one stored entry
};

/// How the entries of a dataset lie in the file.
struct Storage {
  bool contiguous = false;
  std::vector<hsize_t> chunk;  ///< per dimension; empty where there are no chunks
  std::string text;            ///< for people: "contiguous", "chunked 64x64, gzip"
};

/// @throws InputError for a filter that cannot be undone.
[[nodiscard]] Storage describe_storage(hid_t dataset);

/// How people call a filter: "gzip", "filter number 4711".
[[nodiscard]] std::string filter_name(H5Z_filter_t filter);

/// "float32", "uint8", "big-endian int16". @throws InputError for anything but numbers.
[[nodiscard]] std::string number_type_name(hid_t type);

/// The path of the dataset to read: the one asked for, else /X, else the only 2-D dataset.
/// @throws InputError that lists the file's 2-D datasets if that gives none, or if following the
/// path would leave the file.
[[nodiscard]] std::string choose_dataset(hid_t file, const std::string& requested);

/// Looks at a matrix file on one process, without reading entries.
/// @throws IoError if the file cannot be opened; InputError if it is not HDF5 or the dataset is
/// not a non-empty 2-D one of integers or floating-point numbers that this HDF5 can read.
[[nodiscard]] DenseDataset describe_dense(const InputOptions& input);

}  // namespace hdf5
}  // namespace tessera::io
