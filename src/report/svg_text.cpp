#include "tessera/report/svg_text.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tessera/core/log.hpp"

namespace tessera::report {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

/// The JSON writer replaces what is no UTF-8, and its reader gives the text back.
std::string valid_utf8(const std::string& text) {
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace))
      .get<std::string>();
}

}  // namespace

std::string xml_text(const std::string& text) {
  std::string escaped;
  for (const char character : log::escape(valid_utf8(text))) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

std::string shorten(const std::string& text, std::size_t length) {
  std::size_t characters = 0;
  std::size_t cut = 0;  // where the last character that may stay ends
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_character(text[i]) && ++characters == length) {
      cut = i;
    }
  }
  return characters > length ? text.substr(0, cut) + "…" : text;
}

double text_width(const std::string& text, double font_size) {
  constexpr double kMeanWidth = 0.58;  // of a character in Arial, Helvetica or DejaVu Sans
  return kMeanWidth * font_size *
         static_cast<double>(std::ranges::count_if(text, begins_character));
}

}  // namespace tessera::report
