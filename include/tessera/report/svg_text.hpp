#pragma once

#include <cstddef>
#include <string>

namespace tessera::report {

/// The text as content of an XML element or attribute: the five special characters as entities,
/// control characters as \xNN, bytes that are no UTF-8 as U+FFFD.
[[nodiscard]] std::string xml_text(const std::string& text);

/// The first `length - 1` characters and an ellipsis when the text has more than `length`.
/// @pre length >= 1.
[[nodiscard]] std::string shorten(const std::string& text, std::size_t length);

/// About how wide a line of sans-serif text is, in the unit of the font size.
[[nodiscard]] double text_width(const std::string& text, double font_size);

}  // namespace tessera::report
