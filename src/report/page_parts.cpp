#include "page_parts.hpp"

#include <algorithm>
#include <cmath>

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <fmt/format.h>

#include "tessera/core/log.hpp"
#include "tessera/report/svg_text.hpp"

namespace tessera::report::page {
namespace {

constexpr std::size_t kLongestName = 120;

std::string base64(const std::vector<std::byte>& bytes) {
  using namespace boost::archive::iterators;
  using Encoder =
      base64_from_binary<transform_width<std::vector<unsigned char>::const_iterator, 6, 8>>;
  // In whole groups of three, since the iterator does not know where the bytes end.
  const std::size_t padding = (3 - bytes.size() % 3) % 3;
  std::vector<unsigned char> padded;
  padded.reserve(bytes.size() + padding);
  std::ranges::transform(bytes, std::back_inserter(padded),
                         [](std::byte byte) { return static_cast<unsigned char>(byte); });
  padded.resize(bytes.size() + padding);
  std::string text(Encoder(padded.cbegin()), Encoder(padded.cend()));
  return text.replace(text.size() - padding, padding, padding, '=');
}

}  // namespace

std::string name_html(const std::string& text) {
  return "<bdi>" + xml_text(shorten(log::escape_line(text), kLongestName)) + "</bdi>";
}

std::string percent(double share) {
  if (!std::isfinite(share)) {
    return "–";
  }
  const double value = 100 * share;
  constexpr double kAlmostAll = 99.99;  // two decimals would make 100 of what is more
  if (value > kAlmostAll && value < 100) {
    return "more than 99.99\u00a0%";
  }
  const int decimals = std::abs(value) >= 99.95 || std::abs(value) < 1 ? 2 : 1;
  return fmt::format("{:.{}f}\u00a0%", value, decimals);  // which must not part
}

std::string number(double value, int digits) {
  constexpr double kFirstGrouped = 1e4;
  constexpr double kFirstScientific = 1e15;
  if (!std::isfinite(value)) {
    return "–";
  }
  if (value >= kFirstGrouped && value < kFirstScientific) {
    return count(std::llround(value), "");
  }
  return fmt::format("{:.{}g}", value, digits);
}

std::string count(Index value, std::string_view noun) {
  std::string digits = std::to_string(value);
  for (auto place = std::ssize(digits) - 3; place > 0 && digits.size() > 4; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), "\u202f");
  }
  return noun.empty() ? digits : fmt::format("{} {}{}", digits, noun, value == 1 ? "" : "s");
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds)) {
    return "–";
  }
  if (seconds < 0.9995) {
    return fmt::format("{:.3g}\u00a0ms", 1000 * seconds);
  }
  if (seconds < 120) {
    return fmt::format("{:.3g}\u00a0s", seconds);
  }
  return seconds < 7200 ? fmt::format("{:.3g}\u00a0min", seconds / 60)
                        : fmt::format("{:.3g}\u00a0h", seconds / 3600);
}

std::string section(std::string_view id, std::string_view heading, const std::string& html) {
  return fmt::format(
      "<section id=\"{0}\" aria-labelledby=\"{0}-heading\">\n<h2 id=\"{0}-heading\">{1}</h2>\n{2}"
      "</section>\n",
      id, heading, html);
}

std::string paragraph(const std::string& html) { return "<p>" + html + "</p>\n"; }

std::string figure(std::string_view kind, const std::string& html,
                   const std::string& caption_html) {
  return fmt::format("<figure class=\"{}\">\n{}<figcaption>{}</figcaption>\n</figure>\n", kind,
                     html, caption_html);
}

std::string details(std::string_view summary, const std::string& html) {
  return fmt::format("<details>\n<summary>{}</summary>\n{}</details>\n", summary, html);
}

std::string table(std::string_view caption, const std::vector<std::string>& head_html,
                  const std::vector<std::vector<std::string>>& rows_html) {
  std::string text = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\">\n<table>\n"
      "<caption>{0}</caption>\n<thead><tr>",
      caption);
  for (const auto& cell : head_html) {
    text += "<th scope=\"col\">" + cell + "</th>";
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows_html) {
    text += "<tr><th scope=\"row\">" + row.front() + "</th>";
    for (std::size_t cell = 1; cell < row.size(); ++cell) {
      text += "<td>" + row[cell] + "</td>";
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table>\n</div>\n";
}

std::string bar_item(double share, const std::string& html, const std::string& value_html) {
  return fmt::format(
      "<li><span class=\"bar\" style=\"width:{:.1f}%\"></span><span class=\"what\">{}</span> "
      "<span class=\"value\">{}</span></li>\n",
      100 * std::clamp(share, 0.0, 1.0), html, value_html);
}

std::string image(const std::vector<std::byte>& png, const std::string& alternative) {
  return fmt::format("<img alt=\"{}\" src=\"data:image/png;base64,{}\">\n", xml_text(alternative),
                     base64(png));
}

}  // namespace tessera::report::page
