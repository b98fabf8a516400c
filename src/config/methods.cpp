#include "tessera/config/methods.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "tessera/config/nearest.hpp"
#include "tessera/config/penalty_conflicts.hpp"
#include "tessera/core/error.hpp"

namespace tessera::config {
namespace {

/// The names that stand for a rule without extrapolation, as textbooks have it.
Method plain(std::string name, SolverOptions solver) {
  solver.inner_iterations = 1;
  solver.extrapolation = Switch::off;
  return {std::move(name), std::move(solver)};
}

std::vector<Method> all_methods(const SolverOptions& solver, bool observed) {
  std::vector<Method> all;
  if (!solver.is_frobenius()) {
    all.push_back({"mu", solver});
    all.push_back(plain("plain-mu", solver));
    return all;
  }
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    if (observed && algorithm != Algorithm::hals && algorithm != Algorithm::mu) {
      continue;  // they need a gram that all rows share
    }
    all.push_back({std::string(name), solver});
    all.back().solver.algorithm = algorithm;
    if (algorithm == Algorithm::hals) {
      all.push_back(plain("plain-hals", all.back().solver));
    }
  }
  return all;
}

std::vector<std::string> refusals(const Method& method) { return refused_penalties(method.solver); }

const Method& find(const std::vector<Method>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &Method::name);
  if (found == all.end()) {
    std::vector<std::string_view> names;
    std::ranges::transform(all, std::back_inserter(names), &Method::name);
    throw UsageError(fmt::format("--algorithms: unknown algorithm '{}'; did you mean '{}'?", name,
                                 nearest(name, names)));
  }
  return *found;
}

}  // namespace

std::vector<Method> methods(const CompareOptions& options) {
  auto all = all_methods(options.solver, options.observation.is_set());
  if (options.algorithms == "all") {
    std::erase_if(all, [](const Method& method) { return !refusals(method).empty(); });
    return all;
  }
  std::vector<Method> chosen;
  std::istringstream names(options.algorithms);
  for (std::string name; std::getline(names, name, ',');) {
    if (std::ranges::find(chosen, name, &Method::name) != chosen.end()) {
      throw UsageError(fmt::format("--algorithms names '{}' twice", name));
    }
    chosen.push_back(find(all, name));
    if (const auto refused = refusals(chosen.back()); !refused.empty()) {
      throw UsageError(refused.front());
    }
  }
  return chosen;
}

std::vector<std::string> left_out(const CompareOptions& options) {
  std::vector<std::string> reasons;
  if (options.algorithms == "all") {
    for (const Method& method : all_methods(options.solver, options.observation.is_set())) {
      std::ranges::copy(refusals(method), std::back_inserter(reasons));
    }
  }
  return reasons;
}

}  // namespace tessera::config
