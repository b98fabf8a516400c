#include "tessera/io/parse_matrix_market.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// A line of an array, as a real number and as an integer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const io::ValueField field : {io::ValueField::real, io::ValueField::integer}) {
    try_parse([&] { (void)io::parse_array_value(field, {as_text(data, size), 4}); });
  }
  return 0;
}
