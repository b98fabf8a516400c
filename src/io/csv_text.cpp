#include "tessera/io/csv_text.hpp"

namespace tessera::io {

std::string csv_field(std::string_view text) {
  // Blanks at the ends are kept by readers only in quotes.
  const bool plain = text.find_first_of(",;\t\"\r\n") == std::string_view::npos &&
                     !text.starts_with(' ') && !text.ends_with(' ');
  if (plain) {
    return std::string(text);
  }
  std::string field = "\"";
  for (const char character : text) {
    field += character == '"' ? "\"\"" : std::string(1, character);
  }
  return field + "\"";
}

}  // namespace tessera::io
