#pragma once

#include <span>
#include <string>
#include <vector>

#include "tessera/io/parse_npy.hpp"
#include "tessera/io/zip_archive.hpp"

namespace tessera::io {

/// A .npy array inside an archive, read element by element from the first to the last.
class NpyStream {
 public:
  /// Opens the member `array`.npy. @throws InputError when it is missing or its header and its
  /// length do not fit together.
  NpyStream(const ZipArchive& archive, const std::string& array);

  [[nodiscard]] const std::string& descr() const { return header_.descr; }
  [[nodiscard]] const std::vector<Index>& shape() const { return header_.shape; }
  [[nodiscard]] const std::string& place() const { return member_.place(); }
  /// The type of the elements. @throws InputError unless they are numbers.
  [[nodiscard]] NpyType number_type() const;
  /// The number of elements. @throws InputError unless the array is 1-D.
  [[nodiscard]] Index length() const;

  /// The next elements as numbers; Number as for decode(). @throws InputError at the end.
  template <class Number>
  void read(std::span<Number> numbers);
  /// All bytes of a short array of whatever type. @throws InputError when it is not short.
  [[nodiscard]] std::string read_text();
  /// Call after the last element. @throws InputError when the checksum is wrong.
  void finish() { member_.finish(); }

 private:
  void read_header();

  ZipMember member_;
  NpyHeader header_;
  std::vector<std::byte> buffer_;
};

}  // namespace tessera::io
