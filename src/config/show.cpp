#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "tessera/config/parse.hpp"

#include "tables.hpp"

/// Options as text for people: help, and as a configuration file.
namespace tessera::config {
namespace {

constexpr std::size_t kWidth = 96;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;

/// "--rank K", "INPUT", "--quiet".
std::string heading(const Option& option) {
  const bool shows_value = !option.positional && !option.is_switch();
  return option.label() + (shows_value ? " " + option.value_name : "");
}

/// The description with what a value can be and what it is when not given.
std::string explanation(const Option& option) {
  std::string words = option.description;
  if (!option.choices.empty()) {
    words += ": " + enumerate(option.choices);
  }
  if (option.required()) {
    return words + " (must be given)";
  }
  if (!option.is_switch() && !option.text().empty()) {
    words += fmt::format(" (default: {})", option.text());
  }
  return words;
}

/// Two columns: the heading, and the words broken at blanks and indented.
std::string row(std::string_view left, const std::string& words, std::size_t left_width) {
  std::string text = fmt::format("{:{}}{:<{}}", "", kIndent, left, left_width);
  std::size_t used = text.size();
  std::istringstream stream(words);
  for (std::string word; stream >> word;) {
    if (used + 1 + word.size() > kWidth) {
      text += fmt::format("\n{:{}}", "", kIndent + left_width);
      used = kIndent + left_width;
    }
    text += (text.back() == ' ' ? "" : " ") + word;
    used += word.size() + 1;
  }
  return text + "\n";
}

/// False for texts in which the file format would see a comment, or lose blanks or lines.
bool fits_configuration_file(const std::string& value) {
  return value.find_first_of("#\n\r") == std::string::npos && value.front() != ' ' &&
         value.front() != '\t' && value.back() != ' ' && value.back() != '\t';
}

}  // namespace

template <class Options>
std::string help() {
  Options defaults;
  CommandLineOptions common_defaults;
  OptionTable options = table(defaults);
  std::ranges::move(table(common_defaults), std::back_inserter(options));
  std::size_t left_width = 0;
  for (const Option& option : options) {
    left_width = std::max(left_width, heading(option).size() + kGap);
  }

  const CommandText command = describe(defaults);
  std::string text = fmt::format("Usage: tessera {}\n\n{}\n\nExample:\n  {}\n", command.usage,
                                 command.purpose, command.example);
  std::string_view group;
  for (const Option& option : options) {
    if (option.group != group) {
      group = option.group;
      text += fmt::format("\n{}:\n", group);
    }
    text += row(heading(option), explanation(option), left_width);
  }
  return text;
}

template <class Options>
std::string effective_configuration(const Options& options) {
  Options copy = options;
  std::string text;
  for (const Option& option : table(copy)) {
    const std::string value = option.text();
    if (value.empty()) {
      continue;
    }
    const bool fits = fits_configuration_file(value);
    text +=
        fmt::format("{}{} = {}\n", fits ? "" : "# only on the command line: ", option.name, value);
  }
  return text;
}

#define TESSERA_INSTANTIATE(Options)    \
  template std::string help<Options>(); \
  template std::string effective_configuration(const Options&);

TESSERA_FOR_EACH_COMMAND(TESSERA_INSTANTIATE)

}  // namespace tessera::config
