#include "validate.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/config/nearest.hpp"
#include "tessera/config/parse.hpp"
#include "tessera/core/error.hpp"

#include "tables.hpp"

namespace tessera::config {
namespace {

std::string missing(const Option& option) {
  const std::string example =
      option.positional ? option.example : fmt::format("--{} {}", option.name, option.example);
  return fmt::format("{} is missing: give {}, for example {}", option.label(), option.expected,
                     example);
}

}  // namespace

std::string wrong_value(const Option& option, std::string_view place, std::string_view value) {
  std::string message = fmt::format("{} takes {}, not '{}'", place, option.expected, value);
  if (!option.choices.empty()) {
    const std::string_view near = nearest(value, option.choices);
    constexpr std::size_t kTypingErrors = 2;
    if (edit_distance(value, near) <= kTypingErrors) {
      message += fmt::format("; did you mean {}?", near);
    }
  }
  return message;
}

void throw_if_any(const std::vector<std::string>& problems) {
  if (!problems.empty()) {
    throw UsageError(fmt::format("{}", fmt::join(problems, "\n")));
  }
}

template <class Options>
std::vector<std::string> problems_except(const std::vector<std::string>& skip,
                                         const Options& options) {
  Options unset;
  Options copy = options;
  const OptionTable defaults = table(unset);
  const OptionTable values = table(copy);
  std::vector<std::string> found;
  for (std::size_t index = 0; index < values.size(); ++index) {
    const Option& option = values[index];
    const std::string value = option.text();
    if (std::ranges::find(skip, option.name) != skip.end()) {
      continue;
    }
    if (option.required() && value == defaults[index].text()) {
      found.push_back(missing(option));
    } else if (!option.set(value)) {
      found.push_back(wrong_value(option, option.label(), value));
    }
  }
  std::ranges::move(conflicts(options), std::back_inserter(found));
  return found;
}

template <class Options>
std::vector<std::string> problems(const Options& options) {
  return problems_except({}, options);
}

template <class Options>
void validate(const Options& options) {
  throw_if_any(problems(options));
}

#define TESSERA_INSTANTIATE(Options)                                                 \
  template std::vector<std::string> problems_except(const std::vector<std::string>&, \
                                                    const Options&);                 \
  template std::vector<std::string> problems(const Options&);                        \
  template void validate(const Options&);

TESSERA_FOR_EACH_COMMAND(TESSERA_INSTANTIATE)

}  // namespace tessera::config
