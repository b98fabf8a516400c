#include "option.hpp"

#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace tessera::config {
namespace {

/// The number a text is, if it is one from its first to its last character.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

template <class Number>
Option bounded(Number& field, Number minimum, const std::string& expected, const Label& label) {
  const auto set = [&field, minimum](std::string_view given) {
    const auto value = parse_number<Number>(given);
    // Written so that NaN, which compares false with everything, is refused.
    if (!value || !(*value >= minimum && *value <= std::numeric_limits<Number>::max())) {
      return false;
    }
    field = *value;
    return true;
  };
  return {.name = label.name,
          .value_name = label.value_name,
          .expected = expected,
          .description = label.description,
          .set = set,
          .text = [&field] { return fmt::format("{}", field); }};
}

}  // namespace

Option number(Index& field, Index minimum, const Label& label) {
  return bounded(field, minimum, fmt::format("a whole number of at least {}", minimum), label);
}

Option number(std::uint64_t& field, const Label& label) {
  return bounded(field, std::uint64_t{0}, "a whole number from 0 to 2^64 - 1", label);
}

Option number_or_auto(Index& field, const Label& label) {
  Option option = number(field, 1, label);
  option.expected = "auto or " + option.expected;
  option.set = [&field, set_number = option.set](std::string_view given) {
    if (given == "auto") {
      field = 0;
      return true;
    }
    return set_number(given);
  };
  option.text = [&field] { return field == 0 ? "auto" : fmt::format("{}", field); };
  return option;
}

Option real(double& field, const Label& label) {
  return bounded(field, 0.0, "a number of at least 0", label);
}

Option real_or_auto(std::optional<double>& field, const Label& label) {
  double unused = 0;
  Option option = real(unused, label);
  option.expected = "auto or " + option.expected;
  option.set = [&field](std::string_view given) {
    double value = 0;
    if (given == "auto") {
      field.reset();
      return true;
    }
    if (!real(value, {}).set(given)) {
      return false;
    }
    field = value;
    return true;
  };
  option.text = [&field] { return field ? fmt::format("{}", *field) : "auto"; };
  return option;
}

Option signed_real(double& field, const Label& label) {
  return bounded(field, std::numeric_limits<double>::lowest(), "a number", label);
}

Option share(double& field, const Label& label) {
  Option option = real(field, label);
  option.expected = "a number of at least 0 and below 1";
  option.set = [&field, set_real = option.set](std::string_view given) {
    const double before = field;
    if (!set_real(given) || field >= 1) {
      field = before;
      return false;
    }
    return true;
  };
  return option;
}

Option text(std::string& field, std::string expected, Label label) {
  return text(
      field, std::move(expected), [](std::string_view) { return true; }, std::move(label));
}

Option text(std::string& field, std::string expected, std::function<bool(std::string_view)> accepts,
            Label label) {
  const auto set = [&field, accepts = std::move(accepts)](std::string_view given) {
    if (!accepts(given)) {
      return false;
    }
    field = given;
    return true;
  };
  return {.name = std::move(label.name),
          .value_name = std::move(label.value_name),
          .expected = std::move(expected),
          .description = std::move(label.description),
          .set = set,
          .text = [&field] { return field; }};
}

Option flag(bool& field, std::string name, std::string description) {
  const auto set = [&field](std::string_view given) {
    if (given != "true" && given != "false") {
      return false;
    }
    field = given == "true";
    return true;
  };
  return {.name = std::move(name),
          .value_name = "",
          .expected = "true or false",
          .description = std::move(description),
          .set = set,
          .text = [&field] { return std::string(field ? "true" : "false"); }};
}

std::string enumerate(const std::vector<std::string_view>& choices) {
  std::string list(choices.front());
  for (std::size_t index = 1; index < choices.size(); ++index) {
    list += index + 1 == choices.size() ? " or " : ", ";
    list += choices[index];
  }
  return list;
}

OptionTable in_group(const std::string& group, OptionTable options) {
  for (Option& option : options) {
    option.group = group;
  }
  return options;
}

Option required(Option option, std::string example) {
  option.example = std::move(example);
  return option;
}

Option positional(Option option) {
  option.positional = true;
  return option;
}

}  // namespace tessera::config
