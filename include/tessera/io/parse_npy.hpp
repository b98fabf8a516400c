#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"

/// NumPy's .npy format, from bytes alone: no file, no MPI. Whatever the bytes, these functions
/// either succeed or throw InputError.
///
/// Source: NumPy Enhancement Proposal 1 and numpy/lib/format.py, versions 1.0, 2.0 and 3.0.
namespace tessera::io {

/// What one element of an array is.
struct NpyType {
  enum class Kind { signed_integer, unsigned_integer, floating };

  Kind kind = Kind::floating;
  Index bytes = 4;          ///< of one element: 1, 2, 4 or 8
  bool big_endian = false;  ///< never set for single bytes
  friend bool operator==(const NpyType&, const NpyType&) = default;
};

/// "float32", "uint8", "big-endian int16".
[[nodiscard]] std::string npy_type_name(const NpyType& type);

struct NpyHeader {
  std::string descr;  ///< the type as it stands in the file, a Python literal: '<f4'
  bool fortran_order = false;
  std::vector<Index> shape;  ///< no dimension is negative
  Index data_offset = 0;     ///< byte of the first element
};

/// As many bytes of a file as npy_header_bytes() looks at.
inline constexpr Index kNpyPrefixBytes = 12;

/// The bytes before the first element, read off the beginning of a file.
/// @throws InputError when it is no .npy file, of an unknown version, or names a header longer than
/// any that NumPy writes.
[[nodiscard]] Index npy_header_bytes(std::string_view prefix);

/// @pre bytes holds the first npy_header_bytes() bytes of the file, or all of a shorter one.
/// @throws InputError that says what is wrong with the header.
[[nodiscard]] NpyHeader parse_npy_header(std::string_view bytes);

/// The number type a header names. @throws InputError that names any other type and the remedy.
[[nodiscard]] NpyType parse_npy_type(std::string_view descr);

/// The number of elements. @throws InputError when they, or their bytes, overflow 63 bits.
[[nodiscard]] Index count_elements(const std::vector<Index>& shape);

/// "400x4096", cut after eight dimensions; "scalar" without any.
[[nodiscard]] std::string shape_text(const std::vector<Index>& shape);

/// @throws InputError that names the shape unless it is 2-D, not empty, and counts within 63 bits.
void require_matrix_shape(const std::vector<Index>& shape);

/// Turns the stored elements into numbers, rounded to nearest where Number is narrower.
/// Number is float or double, or Index for types of kind integer.
/// @pre bytes.size() is a multiple of type.bytes; `numbers` has room for as many elements.
template <class Number>
void decode(std::span<const std::byte> bytes, const NpyType& type, Number* numbers);

}  // namespace tessera::io
