#include "tessera/io/npy_header.hpp"

#include <bit>

#include <fmt/format.h>

namespace tessera::io {

static_assert(std::endian::native == std::endian::little,
              "values follow as they lie in memory, and the header says little-endian");

template <RealType Real>
std::string npy_header(Index rows, Index columns) {
  constexpr std::size_t kAlignment = 64;
  using namespace std::string_literals;
  const std::string start = "\x93NUMPY\x01\x00"s;
  std::string dictionary =
      fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': ({}, {}), }}", sizeof(Real),
                  rows, columns);
  // The length, two bytes, the dictionary and a line end fill whole units.
  const std::size_t used = start.size() + 2 + dictionary.size() + 1;
  dictionary.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  dictionary += '\n';
  const std::string length = {static_cast<char>(dictionary.size() % 256),
                              static_cast<char>(dictionary.size() / 256)};
  return start + length + dictionary;
}

template std::string npy_header<float>(Index, Index);
template std::string npy_header<double>(Index, Index);

}  // namespace tessera::io
