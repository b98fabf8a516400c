#pragma once

#include <string>
#include <string_view>

namespace tessera::log {

enum class Level { quiet, normal, verbose };

/// Sets what reaches stderr. Processes other than 0 call silence() and print nothing.
void configure(Level level);
void silence();
[[nodiscard]] bool enabled(Level level);

/// Messages on stderr; those that list several problems take several lines. Control characters but
/// line ends and tabs are shown escaped, because file names and data may come from strangers.
void error(std::string_view message);
void warning(std::string_view message);
void info(std::string_view message);
void detail(std::string_view message);

/// The text with control characters but line ends and tabs, and bytes that are not UTF-8, written
/// as \xNN.
[[nodiscard]] std::string escape(std::string_view text);
/// The same with line ends and tabs, too: for names, which could pretend to be further lines.
[[nodiscard]] std::string escape_line(std::string_view text);

}  // namespace tessera::log
