#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tessera/io/text_line.hpp"

/// What the fuzz targets have in common. A target fails by a crash, a sanitizer's report, an
/// exception other than InputError, or a broken promise.
namespace tessera::fuzz {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Ends the program, so that the fuzzer keeps the input.
inline void require(bool promise, const char* what) {
  if (!promise) {
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
  }
}

/// Messages go to terminals and reports: short, and printable ASCII whatever the input.
inline void require_fit_to_print(const std::string& message) {
  constexpr std::size_t kLongest = 600;
  require(message.size() < kLongest, "the message is short");
  for (const char character : message) {
    require(character >= ' ' && character < 0x7f, "the message is printable");
  }
}

/// Runs a parser, which may refuse its input.
template <class Parse>
void try_parse(Parse&& parse) {
  try {
    parse();
  } catch (const InputError& error) {
    require_fit_to_print(error.what());
  }
}

}  // namespace tessera::fuzz
