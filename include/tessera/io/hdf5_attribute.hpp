#pragma once

#include <concepts>
#include <cstdint>
#include <string>

#include "tessera/io/hdf5.hpp"

/// Scalar attributes of HDF5 objects: text and numbers.
namespace tessera::io::hdf5 {

template <class T>
concept AttributeNumber =
    std::same_as<T, std::int64_t> || std::same_as<T, std::uint64_t> || std::same_as<T, double>;

/// How a number is stored, and how it lies in memory.
struct NumberTypes {
  hid_t stored;
  hid_t native;
};
template <AttributeNumber T>
[[nodiscard]] NumberTypes number_types();

[[nodiscard]] bool has_attribute(hid_t object, const std::string& name);

/// Text as variable-length UTF-8, which h5py reads as `str`. Such data cannot be written over
/// MPI-IO. @throws IoError
void write_attribute(hid_t object, const std::string& name, const std::string& value);

/// Numbers of 64 bits, little-endian. @throws IoError
template <AttributeNumber T>
void write_attribute(hid_t object, const std::string& name, T value);

/// @throws InputError naming the attribute if it is absent, not a single value, or not text.
[[nodiscard]] std::string read_text_attribute(hid_t object, const std::string& name);

/// Numbers of any stored width. @throws InputError as read_text_attribute().
template <AttributeNumber T>
[[nodiscard]] T read_number_attribute(hid_t object, const std::string& name);

}  // namespace tessera::io::hdf5
