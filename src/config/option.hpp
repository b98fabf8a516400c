#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tessera/config/options.hpp"
#include "tessera/core/types.hpp"

namespace tessera::config {

/// One option of a command, bound to the field that holds its value.
struct Option {
  std::string name;          ///< without dashes; also the key in a configuration file
  std::string value_name;    ///< how help calls the value: "K"; empty: a switch
  std::string expected;      ///< what it takes: "a whole number of at least 1"
  std::string description;   ///< one line
  std::string group = {};    ///< heading in help
  std::string example = {};  ///< a possible value; given exactly if the option must be
  bool positional = false;   ///< may stand without its name
  std::vector<std::string_view> choices = {};  ///< all values of an enumeration

  /// Stores a value. False, and nothing is changed, if the text is not what is expected.
  std::function<bool(std::string_view)> set;
  /// The present value as set() takes it.
  std::function<std::string()> text;

  [[nodiscard]] bool required() const { return !example.empty(); }
  [[nodiscard]] bool is_switch() const { return value_name.empty(); }
  /// How messages call it: "--rank", or "INPUT" if it may stand without its name.
  [[nodiscard]] std::string label() const { return positional ? value_name : "--" + name; }
};

using OptionTable = std::vector<Option>;

/// The words that belong to an option.
struct Label {
  std::string name;
  std::string value_name;
  std::string description;
};

/// A whole number of at least `minimum`.
[[nodiscard]] Option number(Index& field, Index minimum, const Label& label);
/// A whole number from 0 to 2^64 - 1.
[[nodiscard]] Option number(std::uint64_t& field, const Label& label);
/// A whole number of at least 1, or "auto", which is stored as 0.
[[nodiscard]] Option number_or_auto(Index& field, const Label& label);
/// A finite number of at least 0.
[[nodiscard]] Option real(double& field, const Label& label);
/// A finite number of at least 0, or "auto", which is stored as nothing.
[[nodiscard]] Option real_or_auto(std::optional<double>& field, const Label& label);
/// A finite number of any sign.
[[nodiscard]] Option signed_real(double& field, const Label& label);
/// A number of at least 0 and below 1.
[[nodiscard]] Option share(double& field, const Label& label);
/// Any text.
[[nodiscard]] Option text(std::string& field, std::string expected, Label label);
/// A text for which `accepts` is true.
[[nodiscard]] Option text(std::string& field, std::string expected,
                          std::function<bool(std::string_view)> accepts, Label label);
/// False unless named on the command line; true or false in a configuration file.
[[nodiscard]] Option flag(bool& field, std::string name, std::string description);

/// "hals, mu, als or gradient".
[[nodiscard]] std::string enumerate(const std::vector<std::string_view>& choices);

/// One of the names of an enumeration.
template <class Enum>
[[nodiscard]] Option choice(Enum& field, Label label) {
  std::vector<std::string_view> choices;
  for (const auto& [value, name] : EnumNames<Enum>::values) {
    choices.push_back(name);
  }
  const auto set = [&field](std::string_view given) {
    for (const auto& [value, name] : EnumNames<Enum>::values) {
      if (name == given) {
        field = value;
        return true;
      }
    }
    return false;
  };
  return {.name = std::move(label.name),
          .value_name = std::move(label.value_name),
          .expected = enumerate(choices),
          .description = std::move(label.description),
          .choices = choices,
          .set = set,
          .text = [&field] { return std::string(name_of(field)); }};
}

/// One of the names, or "auto", which is stored as nothing.
template <class Enum>
[[nodiscard]] Option choice_or_auto(std::optional<Enum>& field, Label label) {
  Enum unused{};
  Option option = choice(unused, std::move(label));
  option.choices.insert(option.choices.begin(), "auto");
  option.expected = enumerate(option.choices);
  option.set = [&field](std::string_view given) {
    if (given == "auto") {
      field.reset();
      return true;
    }
    for (const auto& [value, name] : EnumNames<Enum>::values) {
      if (name == given) {
        field = value;
        return true;
      }
    }
    return false;
  };
  option.text = [&field] { return std::string(field ? name_of(*field) : "auto"); };
  return option;
}

/// The same options under a heading of help.
[[nodiscard]] OptionTable in_group(const std::string& group, OptionTable options);
/// The same option, which then must be given.
[[nodiscard]] Option required(Option option, std::string example);
/// The same option, which then may stand without its name.
[[nodiscard]] Option positional(Option option);

}  // namespace tessera::config
