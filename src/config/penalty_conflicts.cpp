#include "tessera/config/penalty_conflicts.hpp"

#include <string_view>

#include <fmt/format.h>

#include "option.hpp"

namespace tessera::config {
namespace {

/// A penalty or bound that only some algorithms take.
struct Special {
  std::string_view option;
  bool (*taken_by)(Algorithm);
};

/// Those that are set.
std::vector<Special> special_penalties(const SolverOptions& solver) {
  std::vector<Special> found;
  if (solver.penalty_h.orthogonality > 0) {
    found.push_back({"--orthogonality-h", takes_orthogonality_and_bounds});
  }
  if (solver.upper_bound > 0) {
    found.push_back({"--upper-bound", takes_orthogonality_and_bounds});
  }
  if (solver.penalty_h.coupling > 0) {
    found.push_back({"--smooth-h", takes_coupling});
  }
  if (solver.penalty_w.coupling > 0) {
    found.push_back({"--graph-weight", takes_coupling});
  }
  return found;
}

std::string names_of_takers(const Special& special) {
  std::vector<std::string_view> names;
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    if (special.taken_by(algorithm)) {
      names.push_back(name);
    }
  }
  return enumerate(names);
}

}  // namespace

std::vector<std::string> penalty_conflicts(const SolverOptions& solver) {
  std::vector<std::string> found;
  const bool both_limited = solver.upper_bound > 0 || solver.l2_per_entry.value_or(0) > 0;
  if (solver.penalty_w.is_set() != solver.penalty_h.is_set() && !both_limited &&
      solver.fix_h.empty()) {
    found.emplace_back(
        "a penalty on one factor alone has no effect: the other grows instead. Give both W and H "
        "one (--l1-w or --l2-w, and --l1-h or --l2-h), or --upper-bound");
  }
  if (solver.graph.empty() != (solver.penalty_w.coupling == 0)) {
    found.emplace_back(
        "--graph names the graph and --graph-weight says how much it counts: give both or none");
  }
  return found;
}

std::vector<std::string> refused_penalties(const SolverOptions& solver) {
  const Algorithm algorithm = solver.chosen_algorithm();
  std::vector<std::string> found;
  for (const Special& special : special_penalties(solver)) {
    if (!special.taken_by(algorithm)) {
      found.push_back(
          fmt::format("{} is for the algorithm {}, not {}: choose another algorithm, "
                      "or leave it out",
                      special.option, names_of_takers(special), name_of(algorithm)));
    }
  }
  return found;
}

std::vector<std::string> penalties_of_frobenius(const SolverOptions& solver,
                                                const std::string& instead) {
  std::vector<std::string> found;
  for (const Special& special : special_penalties(solver)) {
    found.push_back(
        fmt::format("{} is for the loss 1/2 |A - WH|^2 over all entries, not with {}: "
                    "leave out one of them",
                    special.option, instead));
  }
  return found;
}

}  // namespace tessera::config
