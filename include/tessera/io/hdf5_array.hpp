#pragma once

#include <span>
#include <string>

#include "tessera/io/hdf5.hpp"

/// 1-D datasets of numbers, which sparse matrices are made of.
namespace tessera::io::hdf5 {

/// A 1-D dataset that has been looked at.
struct Array {
  Index length = 0;
  Index chunk = 1;  ///< values that are stored, and decompressed, together
  bool integer = false;
  bool exceeds_float32 = false;  ///< floating point, and wider than float32
  std::string value_type;        ///< for people, as MatrixDescription::value_type
  std::string storage;           ///< for people: "contiguous", "chunked 6983, gzip"
};

/// Looks at a member of a group without reading values.
/// @throws InputError that names the member unless it is a 1-D dataset of numbers in this file
/// that this HDF5 can read.
[[nodiscard]] Array describe_array(hid_t group, const std::string& name);

/// Opens an array so that reading it front to back, in pieces of any size, decompresses each chunk
/// once. @throws IoError
[[nodiscard]] Dataset open_array(hid_t group, const std::string& name);

/// Reads values [range.begin, range.end), converted by HDF5. T is float, double or Index.
/// @pre target has range.size() values. @throws IoError
template <class T>
void read_array(hid_t array, Range range, std::span<T> target);

}  // namespace tessera::io::hdf5
