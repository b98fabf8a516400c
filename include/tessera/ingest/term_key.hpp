#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tessera::ingest {

/// What a term is compared and found by.
struct TermKey {
  /// Of a term of at most kShortTerm bytes all of them, with zeros behind; of a longer one the
  /// first and the last eight.
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t hash = 0;
  std::uint32_t size = 0;
};

/// Terms of at most so many bytes are the same if and only if their keys are.
inline constexpr std::size_t kShortTerm = 16;

/// @pre the term has less than 4 GiB
[[nodiscard]] TermKey key_of(std::string_view term);

/// Both halves of the product of 64-bit numbers, in which every input bit reaches many. Source: the
/// "mum" of Wang Yi's wyhash.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

/// The key with these ends. @param seed what else the hash depends on
inline TermKey make_key(std::uint64_t first, std::uint64_t last, std::size_t size,
                        std::uint64_t seed) {
  // Odd numbers without pattern: the fractions of the golden ratio and of the square root of 2.
  constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15U;
  constexpr std::uint64_t kLast = 0x6a09e667f3bcc909U;
  return {first, last, fold(fold(first ^ kFirst ^ seed, last ^ kLast), kFirst),
          static_cast<std::uint32_t>(size)};
}

/// The same as key_of(), without a branch on the size of short terms, which nobody can guess.
/// @pre kShortTerm bytes can be read from the term's beginning on
[[nodiscard]] inline TermKey key_of_padded(std::string_view term) {
  if (term.size() > kShortTerm) {
    return key_of(term);
  }
  std::array<std::uint64_t, 2> ends{};
  std::memcpy(ends.data(), term.data(), kShortTerm);
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  const std::uint64_t bits = 8 * term.size();
  const std::uint64_t part = ~(kAll << bits % 64);
  const std::uint64_t first = bits < 64 ? part : kAll;
  const std::uint64_t last = bits < 64 ? 0 : bits < 128 ? part : kAll;
  return make_key(ends[0] & first, ends[1] & last, term.size(), term.size());
}

}  // namespace tessera::ingest
