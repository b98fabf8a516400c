#include "tessera/config/configured_input.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "tessera/config/resume_conflicts.hpp"
#include "tessera/core/error.hpp"

#include "option_groups.hpp"

namespace tessera::config {

InputOptions configured_input(const std::string& configuration) {
  InputOptions input;
  RunOptions unused;
  for (const Option& option : input_options(input, unused)) {
    const std::string value = configured(configuration, option.name);
    if (value.empty() || option.name == "input" || option.name == "allow-external") {
      continue;
    }
    if (!option.set(value)) {
      throw InputError(
          fmt::format("the configuration of the result gives '{}' for {}, which is not {}", value,
                      option.name, option.expected));
    }
  }
  return input;
}

bool configured_as_observed(const std::string& configuration) {
  constexpr std::array<std::string_view, 2> kFiles = {"mask", "weights"};
  const std::string missing = configured(configuration, "missing");
  const std::string holdout = configured(configuration, "holdout");
  return (!missing.empty() && missing != name_of(Missing::none)) ||
         (!holdout.empty() && holdout != "0") || std::ranges::any_of(kFiles, [&](auto key) {
           return !configured(configuration, std::string(key)).empty();
         });
}

}  // namespace tessera::config
