#include <span>
#include <vector>

#include "tessera/io/parse_npy.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// Decodes as many whole elements as there are.
template <class Number>
void decode_all(std::span<const std::byte> bytes, const io::NpyType& type) {
  const std::size_t count = bytes.size() / static_cast<std::size_t>(type.bytes);
  std::vector<Number> numbers(count);
  io::decode(bytes.first(count * static_cast<std::size_t>(type.bytes)), type, numbers.data());
}

/// A whole file, read as the file reader does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file = as_text(data, size);
  try_parse([&] {
    const Index header_bytes = io::npy_header_bytes(file.substr(0, io::kNpyPrefixBytes));
    const io::NpyHeader header = io::parse_npy_header(file);
    require(header.data_offset == header_bytes, "both say where the elements begin");
    for (const Index dimension : header.shape) {
      require(dimension >= 0, "no dimension is negative");
    }
    require(io::count_elements(header.shape) >= 0, "elements are counted");

    const io::NpyType type = io::parse_npy_type(header.descr);
    const auto elements =
        std::as_bytes(std::span(file)).subspan(static_cast<std::size_t>(header_bytes));
    decode_all<float>(elements, type);
    decode_all<double>(elements, type);
    if (type.kind != io::NpyType::Kind::floating) {
      decode_all<Index>(elements, type);
    }
    io::require_matrix_shape(header.shape);
    require(io::count_elements(header.shape) > 0, "a matrix is not empty");
  });
  return 0;
}
