#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tessera {

/// Bytes of the first character of a text in UTF-8; 0 if it does not begin with one. Longer forms
/// than a character needs, halves of UTF-16 pairs and what is beyond Unicode are none (RFC 3629).
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// The number that a character in UTF-8 encodes. @pre it is one, of at most four bytes
[[nodiscard]] std::uint32_t code_point(std::string_view character);

/// Whether the whole text is UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

/// A text in Latin-1 (ISO 8859-1), in which every byte is the number of a character, as UTF-8.
[[nodiscard]] std::string utf8_from_latin1(std::string_view text);

}  // namespace tessera
