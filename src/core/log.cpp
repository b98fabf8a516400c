#include "tessera/core/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

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
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if ((byte < 0x20 && character != '\n') || byte == 0x7f) {
      escaped += fmt::format("\\x{:02x}", byte);
    } else {
      escaped += character;
    }
  }
  return escaped;
}

}  // namespace tessera::log
