#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "tessera/core/log.hpp"
#include "tessera/report/topics_report.hpp"

/// Topics as a table for people: a line of numbers for each, beside which its columns stand, as
/// many as fit, and below them its rows.
namespace tessera::report {
namespace {

constexpr Index kLongestName = 28;    // characters of a name that are shown
constexpr Index kNarrowestList = 24;  // characters of the lists, however small the terminal
constexpr std::string_view kGap = "  ";

/// Characters that a terminal shows, of UTF-8 text without control characters.
Index width_of(std::string_view text) {
  return std::ranges::count_if(text, [](char byte) { return (byte & 0xc0) != 0x80; });
}

/// A name as it can be printed: no control characters, not too long.
std::string shown_name(const NamedWeight& one) {
  std::string name = one.name.empty() ? std::to_string(one.index) : log::escape_line(one.name);
  if (width_of(name) <= kLongestName) {
    return name;
  }
  constexpr std::string_view kCut = "...";
  Index left = kLongestName - std::ssize(kCut) + 1;
  const auto end =
      std::ranges::find_if(name, [&](char byte) { return (byte & 0xc0) != 0x80 && --left == 0; });
  name.erase(end, name.end());
  return name.append(kCut);
}

/// Two digits that count, always two of them, so that weights look alike.
std::string shown_weight(double weight) {
  return weight < 10 ? fmt::format("{:#.2g}", weight) : fmt::format("{:.0f}", weight);
}

/// What matters less, where the terminal can say so.
std::string dimmed(const std::string& text, const Terminal& terminal) {
  return terminal.gray_blocks ? "\x1b[2m" + text + "\x1b[22m" : text;
}

/// Words broken into lines of a width, each but the first behind an indent.
class Paragraph {
 public:
  Paragraph(Index indent, Index width) : indent_(indent), width_(width) {}

  /// @param width of the word in characters, which colours in it do not count for
  void add(const std::string& word, Index width) {
    const Index gap = used_ > 0 ? std::ssize(kGap) : 0;
    if (used_ > 0 && used_ + gap + width > width_) {
      break_line();
    } else if (gap > 0) {
      text_ += kGap;
      used_ += gap;
    }
    text_ += word;
    used_ += width;
  }

  void break_line() {
    text_ += fmt::format("\n{:{}}", "", indent_);
    used_ = 0;
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Index indent_;
  Index width_;
  Index used_ = 0;  ///< characters of the last line
  std::string text_;
};

void add_columns(const Topic& topic, const Terminal& terminal, Paragraph& paragraph) {
  if (topic.columns.empty()) {
    constexpr std::string_view kDead = "(a dead component: no column has a weight)";
    paragraph.add(std::string(kDead), std::ssize(kDead));
  }
  for (const NamedWeight& one : topic.columns) {
    const std::string name = shown_name(one);
    const std::string weight = fmt::format(" {}", shown_weight(one.weight));
    paragraph.add(name + dimmed(weight, terminal), width_of(name) + std::ssize(weight));
  }
}

void add_rows(const Topic& topic, const Terminal& terminal, Paragraph& paragraph) {
  if (topic.rows.empty()) {
    return;
  }
  paragraph.break_line();
  constexpr std::string_view kHeading = "rows:";
  paragraph.add(dimmed(std::string(kHeading), terminal), std::ssize(kHeading));
  for (const NamedWeight& one : topic.rows) {
    const std::string text = fmt::format("{} {}", shown_name(one), shown_weight(one.weight));
    paragraph.add(dimmed(text, terminal), width_of(text));
  }
}

std::string coherence_numbers(const Topic& topic) {
  if (!topic.coherence) {
    return "";
  }
  return std::isnan(topic.coherence->npmi)
             ? fmt::format("{:>7}{:>7}", "-", "-")
             : fmt::format("{:>7.2f}{:>7.2f}", topic.coherence->npmi, topic.coherence->umass);
}

std::string footnote(const TopicsReport& report, bool has_coherence) {
  std::string text = "share: of the sum of W·H.";
  if (has_coherence) {
    const Coherence mean = mean_coherence(report);
    text += fmt::format(
        " NPMI and UMass: whether the columns occur in the same rows\n"
        "of '{}'; more is better. Means {:.2f} and {:.2f}.",
        log::escape_line(report.input), mean.npmi, mean.umass);
  }
  return text + "\n";
}

}  // namespace

std::string topics_text(const TopicsReport& report, const Terminal& terminal) {
  const bool has_coherence =
      std::ranges::any_of(report.topics, [](const Topic& topic) { return !!topic.coherence; });
  const std::string numbers =
      fmt::format("{:>5}{:>7}{}", "topic", "share",
                  has_coherence ? fmt::format("{:>7}{:>7}", "NPMI", "UMass") : "");
  const Index indent = std::ssize(numbers) + std::ssize(kGap);
  const Index list_width = std::max(kNarrowestList, terminal.width - indent);

  std::string text = fmt::format("{}{}strongest columns\n", numbers, kGap);
  for (std::size_t number = 0; number < report.topics.size(); ++number) {
    const Topic& topic = report.topics[number];
    Paragraph paragraph(indent, list_width);
    add_columns(topic, terminal, paragraph);
    add_rows(topic, terminal, paragraph);
    text += fmt::format("{:>5}{:>6.1f}%{}{}{}\n\n", number, 100 * topic.share,
                        coherence_numbers(topic), kGap, paragraph.text());
  }
  return text + footnote(report, has_coherence);
}

}  // namespace tessera::report
