#include "tessera/config/resume_conflicts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "tessera/config/parse.hpp"

#include "tables.hpp"

namespace tessera::config {
namespace {

/// What may change. The data is compared by its fingerprint, the algorithm by what auto means.
constexpr std::array<std::string_view, 25> kFree = {"input",         "dataset",
                                                    "storage",       "balance",
                                                    "floor",         "algorithm",
                                                    "passes",        "max-iterations",
                                                    "tolerance",     "target-error",
                                                    "kkt-tolerance", "time-limit",
                                                    "grid",          "threads",
                                                    "memory",        "quiet",
                                                    "verbose",       "output",
                                                    "normalize",     "report",
                                                    "checkpoint",    "checkpoint-interval",
                                                    "resume",        "undirected",
                                                    "allow-external"};

std::string shown(const std::string& value) { return value.empty() ? "not given" : value; }

}  // namespace

std::string configured(const std::string& configuration, const std::string& key) {
  const std::string start = key + " = ";
  const auto begin = ("\n" + configuration).find("\n" + start);
  if (begin == std::string::npos) {
    return "";
  }
  const auto value = begin + start.size();
  return configuration.substr(value, configuration.find('\n', value) - value);
}

std::vector<std::string> resume_conflicts(const std::string& earlier,
                                          const FactorizeOptions& options) {
  FactorizeOptions copy = options;
  const std::string now = effective_configuration(options);
  std::vector<std::string> found;
  for (const Option& option : table(copy)) {
    const std::string before = configured(earlier, option.name);
    const std::string after = configured(now, option.name);
    if (before != after && std::ranges::find(kFree, option.name) == kFree.end()) {
      found.push_back(
          fmt::format("--{} is {}, but was {}", option.name, shown(after), shown(before)));
    }
  }
  return found;
}

}  // namespace tessera::config
