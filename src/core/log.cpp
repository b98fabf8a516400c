#include "tessera/core/log.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "tessera/core/utf8.hpp"

namespace tessera::log {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto created = spdlog::stderr_logger_st("tessera");
    created->set_pattern("%v");
    return created;
  }();
  return *instance;
}

spdlog::level::level_enum threshold(Level level) {
  switch (level) {
    case Level::quiet:
      return spdlog::level::err;
    case Level::normal:
      return spdlog::level::info;
    case Level::verbose:
      return spdlog::level::debug;
  }
  return spdlog::level::info;
}

/// C0 and C1, which move the cursor and colour the text, and those that turn its direction, so that
/// it reads other than it is.
bool is_control(std::uint32_t point) {
  const auto within = [&](std::uint32_t first, std::uint32_t last) {
    return point >= first && point <= last;
  };
  return point < 0x20 || within(0x7f, 0x9f) || within(0x202a, 0x202e) || within(0x2066, 0x2069);
}

void append_hexadecimal(std::string_view bytes, std::string& text) {
  for (const char byte : bytes) {
    text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  }
}

}  // namespace

void configure(Level level) { logger().set_level(threshold(level)); }
void silence() { logger().set_level(spdlog::level::off); }
bool enabled(Level level) { return logger().level() <= threshold(level); }

void error(std::string_view message) { logger().error("tessera: error: {}", escape(message)); }
void warning(std::string_view message) { logger().warn("tessera: warning: {}", escape(message)); }
void info(std::string_view message) { logger().info("{}", escape(message)); }
void detail(std::string_view message) { logger().debug("{}", escape(message)); }

std::string escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    const bool kept = character == "\n" || character == "\t";
    if (kept || (length > 0 && !is_control(code_point(character)))) {
      escaped += character;
    } else {
      append_hexadecimal(character, escaped);
    }
    text.remove_prefix(character.size());
  }
  return escaped;
}

std::string escape_line(std::string_view text) {
  std::string escaped;
  for (const char character : escape(text)) {
    if (character == '\n' || character == '\t') {
      append_hexadecimal(std::string_view(&character, 1), escaped);
    } else {
      escaped += character;
    }
  }
  return escaped;
}

}  // namespace tessera::log
