#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <Eigen/Core>

#include "tessera/core/error.hpp"
#include "tessera/io/parse_npy.hpp"

namespace tessera::io {
namespace {

/// The unsigned integer of as many bytes as T, which the bytes are loaded into and swapped in.
template <std::size_t Bytes>
struct Word;
template <>
struct Word<1> {
  using Type = std::uint8_t;
};
template <>
struct Word<2> {
  using Type = std::uint16_t;
};
template <>
struct Word<4> {
  using Type = std::uint32_t;
};
template <>
struct Word<8> {
  using Type = std::uint64_t;
};

std::uint8_t swap_bytes(std::uint8_t word) { return word; }
std::uint16_t swap_bytes(std::uint16_t word) { return __builtin_bswap16(word); }
std::uint32_t swap_bytes(std::uint32_t word) { return __builtin_bswap32(word); }
std::uint64_t swap_bytes(std::uint64_t word) { return __builtin_bswap64(word); }

template <class Stored, bool kSwap, class Number>
void convert(std::span<const std::byte> bytes, Number* numbers) {
  using Unsigned = typename Word<sizeof(Stored)>::Type;
  const std::size_t count = bytes.size() / sizeof(Stored);
  for (std::size_t index = 0; index < count; ++index) {
    Unsigned word;
    std::memcpy(&word, bytes.data() + index * sizeof(Stored), sizeof(Stored));
    numbers[index] =
        static_cast<Number>(Eigen::numext::bit_cast<Stored>(kSwap ? swap_bytes(word) : word));
  }
}

template <class Stored, class Number>
void convert(std::span<const std::byte> bytes, bool big_endian, Number* numbers) {
  if (big_endian == (std::endian::native == std::endian::big)) {
    convert<Stored, false>(bytes, numbers);
  } else {
    convert<Stored, true>(bytes, numbers);
  }
}

/// Calls convert for the one of four types that has the given size.
template <class One, class Two, class Four, class Eight, class Number>
void convert_sized(std::span<const std::byte> bytes, const NpyType& type, Number* numbers) {
  switch (type.bytes) {
    case 1:
      return convert<One>(bytes, type.big_endian, numbers);
    case 2:
      return convert<Two>(bytes, type.big_endian, numbers);
    case 4:
      return convert<Four>(bytes, type.big_endian, numbers);
    default:
      return convert<Eight>(bytes, type.big_endian, numbers);
  }
}

}  // namespace

template <class Number>
void decode(std::span<const std::byte> bytes, const NpyType& type, Number* numbers) {
  using std::int16_t, std::int32_t, std::int64_t, std::int8_t;
  using std::uint16_t, std::uint32_t, std::uint64_t, std::uint8_t;
  if (type.kind == NpyType::Kind::signed_integer) {
    convert_sized<int8_t, int16_t, int32_t, int64_t>(bytes, type, numbers);
  } else if (type.kind == NpyType::Kind::unsigned_integer) {
    convert_sized<uint8_t, uint16_t, uint32_t, uint64_t>(bytes, type, numbers);
  } else if constexpr (std::is_floating_point_v<Number>) {
    switch (type.bytes) {
      case 2:
        return convert<Eigen::half>(bytes, type.big_endian, numbers);
      case 4:
        return convert<float>(bytes, type.big_endian, numbers);
      default:
        return convert<double>(bytes, type.big_endian, numbers);
    }
  } else {
    throw InputError("floating-point numbers stand where whole numbers are expected");
  }
}

template void decode(std::span<const std::byte>, const NpyType&, float*);
template void decode(std::span<const std::byte>, const NpyType&, double*);
template void decode(std::span<const std::byte>, const NpyType&, Index*);

}  // namespace tessera::io
