#include "tessera/app/matching_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/core/error.hpp"

namespace tessera::app {

void require_same_names(std::string_view line, const std::vector<std::string>& found,
                        const std::vector<std::string>& expected, const std::string& model) {
  constexpr std::size_t kListed = 5;
  if (found.empty() || expected.empty()) {
    return;
  }
  std::vector<std::string> differences;
  for (std::size_t at = 0; at < found.size() && differences.size() < kListed; ++at) {
    if (found[at] != expected[at]) {
      differences.push_back(
          fmt::format("{} {} is '{}' instead of '{}'", line, at, found[at], expected[at]));
    }
  }
  if (!differences.empty()) {
    throw InputError(fmt::format(
        "the {}s are not those of the model '{}': {}{}. Bring them into the model's order", line,
        model, fmt::join(differences, ", "), differences.size() == kListed ? ", ..." : ""));
  }
}

}  // namespace tessera::app
