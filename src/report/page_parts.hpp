#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"

/// The small pieces that a page of HTML is put together from. What is called html is markup;
/// every other text is escaped here.
namespace tessera::report::page {

/// A text from outside, on one line, cut when it is very long, and with its own direction.
[[nodiscard]] std::string name_html(const std::string& text);

/// "12.3 %"; never 100 % of what is less.
[[nodiscard]] std::string percent(double share);
/// "0.1235", "1.5e-07", "12 345"; "–" for what is not known.
[[nodiscard]] std::string number(double value, int digits = 4);
/// "1 component", "12 345 components".
[[nodiscard]] std::string count(Index value, std::string_view noun);
/// "3.2 ms", "1.25 s", "12 min", "3.4 h".
[[nodiscard]] std::string duration(double seconds);

/// A section under a heading; `id` is a word.
[[nodiscard]] std::string section(std::string_view id, std::string_view heading,
                                  const std::string& html);
[[nodiscard]] std::string paragraph(const std::string& html);
/// Something to look at, and what it is.
[[nodiscard]] std::string figure(std::string_view kind, const std::string& html,
                                 const std::string& caption_html);
[[nodiscard]] std::string details(std::string_view summary, const std::string& html);

/// A table that scrolls by itself where it is too wide. The first cell of a row is its header.
[[nodiscard]] std::string table(std::string_view caption, const std::vector<std::string>& head_html,
                                const std::vector<std::vector<std::string>>& rows_html);

/// A bar behind a line of text, of a share in [0, 1] of the width.
[[nodiscard]] std::string bar_item(double share, const std::string& html,
                                   const std::string& value_html);

/// A PNG image inside the page.
[[nodiscard]] std::string image(const std::vector<std::byte>& png, const std::string& alternative);

}  // namespace tessera::report::page
