#include "npy_fixture.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <Eigen/Core>

namespace tessera::testing {
namespace {

template <class T>
std::string bytes_of(double value) {
  const T number = static_cast<T>(value);
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &number, sizeof(T));
  return bytes;
}

std::string native_number(const std::string& code, double value) {
  using Make = std::string (*)(double);
  constexpr std::pair<const char*, Make> kMakers[] = {
      {"i1", bytes_of<std::int8_t>},   {"i2", bytes_of<std::int16_t>},
      {"i4", bytes_of<std::int32_t>},  {"i8", bytes_of<std::int64_t>},
      {"u1", bytes_of<std::uint8_t>},  {"u2", bytes_of<std::uint16_t>},
      {"u4", bytes_of<std::uint32_t>}, {"u8", bytes_of<std::uint64_t>},
      {"f2", bytes_of<Eigen::half>},   {"f4", bytes_of<float>},
      {"f8", bytes_of<double>}};
  for (const auto& [name, make] : kMakers) {
    if (name == code) {
      return make(value);
    }
  }
  throw std::invalid_argument("no such dtype: " + code);
}

}  // namespace

std::string stored_number(const std::string& descr, double value) {
  std::string bytes = native_number(descr.substr(1), value);
  if (descr.front() == '>') {
    static_assert(std::endian::native == std::endian::little);
    std::ranges::reverse(bytes);
  }
  return bytes;
}

std::string npy_array(const std::string& descr, const std::vector<double>& values) {
  std::string bytes = npy_header(descr, fmt::format("({},)", values.size()));
  for (const double value : values) {
    bytes += stored_number(descr, value);
  }
  return bytes;
}

std::string npy_matrix(const std::string& descr, bool fortran_order, Index rows, Index columns,
                       const std::function<double(Index, Index)>& entry) {
  std::string bytes = npy_header(descr, fmt::format("({}, {})", rows, columns), fortran_order);
  const Index lines = fortran_order ? columns : rows;
  const Index length = fortran_order ? rows : columns;
  for (Index line = 0; line < lines; ++line) {
    for (Index at = 0; at < length; ++at) {
      bytes += stored_number(descr, fortran_order ? entry(at, line) : entry(line, at));
    }
  }
  return bytes;
}

}  // namespace tessera::testing
