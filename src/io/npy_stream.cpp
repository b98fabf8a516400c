#include "tessera/io/npy_stream.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera::io {
namespace {

/// What is decompressed before it is converted.
constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

/// Runs a step and names the place in what it throws.
template <class Step>
auto at_place(const std::string& place, Step&& step) {
  try {
    return step();
  } catch (const InputError& error) {
    throw InputError(place + ": " + error.what());
  }
}

}  // namespace

NpyStream::NpyStream(const ZipArchive& archive, const std::string& array)
    : member_(archive.open(array + ".npy")) {
  read_header();
}

void NpyStream::read_header() {
  std::string begin(static_cast<std::size_t>(std::min(kNpyPrefixBytes, member_.size())), '\0');
  member_.read(std::as_writable_bytes(std::span(begin)));
  at_place(place(), [&] {
    const Index wanted = std::min(npy_header_bytes(begin), member_.size());
    const std::size_t already = begin.size();
    begin.resize(std::max(already, static_cast<std::size_t>(wanted)));
    member_.read(std::as_writable_bytes(std::span(begin)).subspan(already));
    header_ = parse_npy_header(begin);
  });
}

NpyType NpyStream::number_type() const {
  return at_place(place(), [&] {
    const NpyType type = parse_npy_type(header_.descr);
    const Index expected = header_.data_offset + count_elements(header_.shape) * type.bytes;
    if (member_.size() != expected) {
      throw InputError(fmt::format("{} elements of {} take {} bytes with the header, but it has {}",
                                   shape_text(header_.shape), npy_type_name(type), expected,
                                   member_.size()));
    }
    return type;
  });
}

Index NpyStream::length() const {
  if (header_.shape.size() != 1) {
    throw InputError(
        fmt::format("{} must have 1 dimension, but is {}", place(), shape_text(header_.shape)));
  }
  return header_.shape.front();
}

template <class Number>
void NpyStream::read(std::span<Number> numbers) {
  const NpyType type = number_type();
  buffer_.resize(kBufferBytes);
  const std::size_t most = kBufferBytes / static_cast<std::size_t>(type.bytes);
  while (!numbers.empty()) {
    const std::size_t count = std::min(most, numbers.size());
    const auto bytes = std::span(buffer_).first(count * static_cast<std::size_t>(type.bytes));
    member_.read(bytes);
    at_place(place(), [&] { decode(std::span<const std::byte>(bytes), type, numbers.data()); });
    numbers = numbers.subspan(count);
  }
}

std::string NpyStream::read_text() {
  constexpr Index kShort = 256;
  const Index bytes = member_.size() - header_.data_offset;
  if (bytes < 0 || bytes > kShort) {
    throw InputError(place() + " is not a short text");
  }
  std::string text(static_cast<std::size_t>(bytes), '\0');
  member_.read(std::as_writable_bytes(std::span(text)));
  return text;
}

template void NpyStream::read(std::span<float>);
template void NpyStream::read(std::span<double>);
template void NpyStream::read(std::span<Index>);

}  // namespace tessera::io
