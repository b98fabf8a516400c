#pragma once

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tessera/core/types.hpp"

/// .npy files, byte by byte, as NumPy writes them.
namespace tessera::testing {

/// Everything before the data. `text` need not be right.
[[nodiscard]] inline std::string npy_prefix(const std::string& text, char version = 1) {
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  for (std::size_t at = 0; at < length_bytes; ++at) {
    bytes += static_cast<char>(text.size() >> (8 * at) & 0xff);
  }
  return bytes + text;
}

/// descr stands without its quotes; `shape` is a Python tuple such as "(3, 4)".
[[nodiscard]] inline std::string npy_header(const std::string& descr, const std::string& shape,
                                            bool fortran_order = false, char version = 1) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", descr,
                                 fortran_order ? "True" : "False", shape);
  constexpr std::size_t kAlignment = 64;
  const std::size_t before = version == 1 ? 10 : 12;
  while ((before + text.size() + 1) % kAlignment != 0) {
    text += ' ';
  }
  return npy_prefix(text + '\n', version);
}

/// The bytes of a number as `descr` says: '<f4' or '>i2'.
[[nodiscard]] std::string stored_number(const std::string& descr, double value);

/// A 1-D array.
[[nodiscard]] std::string npy_array(const std::string& descr, const std::vector<double>& values);

/// A matrix with the given entries.
[[nodiscard]] std::string npy_matrix(const std::string& descr, bool fortran_order, Index rows,
                                     Index columns,
                                     const std::function<double(Index, Index)>& entry);

inline void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace tessera::testing
