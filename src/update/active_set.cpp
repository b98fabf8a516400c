#include "tessera/update/active_set.hpp"

#include <algorithm>

namespace tessera::update {
namespace {

/// @return whether the passive set lost a component.
bool drop_nonpositive(const PassiveSolution& solution) {
  bool dropped = false;
  for_each_member(solution.passive, [&](Index l) {
    if (solution.coefficients[static_cast<std::size_t>(l)] <= 0) {
      erase(solution.passive, l);
      dropped = true;
    }
  });
  return dropped;
}

}  // namespace

LawsonHanson::LawsonHanson(Index rows, Index rank, Index most_rounds)
    : most_rounds_(most_rounds),
      points_(rows, rank),
      refused_(rows, rank),
      states_(static_cast<std::size_t>(rows)) {}

void LawsonHanson::begin(Index row) {
  clear(refused_[row]);
  states_[static_cast<std::size_t>(row)] = {};
}

bool LawsonHanson::exchange(PassiveSolution& solution) {
  State& state = states_[static_cast<std::size_t>(solution.row)];
  if (state.rounds++ == most_rounds_) {
    end_early(solution);
    return false;
  }
  if (!state.is_feasible && drop_nonpositive(solution)) {
    return true;
  }
  if (state.entering != kNone) {
    // A negative gradient promises a positive coefficient; only rounding breaks the promise.
    if (solution.coefficients[static_cast<std::size_t>(state.entering)] <= 0) {
      insert(refused_[solution.row], state.entering);
      erase(solution.passive, state.entering);
      state.entering = kNone;
      return true;
    }
    clear(refused_[solution.row]);
    state.entering = kNone;
  }
  if (state.is_feasible && step_to_boundary(solution)) {
    return true;
  }
  std::ranges::copy(solution.coefficients, point_of(solution.row).begin());
  state.is_feasible = true;
  return enter(solution);
}

void LawsonHanson::end_early(PassiveSolution& solution) {
  ++unfinished_rows_;
  solution.is_optimum = false;
  if (states_[static_cast<std::size_t>(solution.row)].is_feasible) {
    std::ranges::copy(point_of(solution.row), solution.coefficients.begin());
  } else {
    std::ranges::copy(solution.incoming, solution.coefficients.begin());
  }
}

void LawsonHanson::add_to(Diagnostics& diagnostics) const {
  diagnostics.unfinished_rows += unfinished_rows_;
}

std::span<double> LawsonHanson::point_of(Index row) {
  return {points_.view().row(row), static_cast<std::size_t>(points_.columns())};
}

/// Moves the point towards the solution until the first coefficient becomes 0, unless the solution
/// is positive. @return whether it moved.
bool LawsonHanson::step_to_boundary(const PassiveSolution& solution) {
  const auto point = point_of(solution.row);
  const auto& target = solution.coefficients;
  double length = 1;
  Index first = kNone;
  for_each_member(solution.passive, [&](Index l) {
    const auto at = static_cast<std::size_t>(l);
    if (target[at] <= 0) {
      const double reach = point[at] / (point[at] - target[at]);
      if (first == kNone || reach < length) {
        length = reach;
        first = l;
      }
    }
  });
  if (first == kNone) {
    return false;
  }
  for_each_member(solution.passive, [&](Index l) {
    const auto at = static_cast<std::size_t>(l);
    point[at] += length * (target[at] - point[at]);
    if (l == first || point[at] <= 0) {
      point[at] = 0;
      erase(solution.passive, l);
    }
  });
  return true;
}

/// Lets the component in along which the objective falls most steeply. @return whether one does.
bool LawsonHanson::enter(const PassiveSolution& solution) {
  const ConstIndexSet refused = refused_[solution.row];
  double steepest = -solution.noise;
  Index entering = kNone;
  for (Index l = 0; l < points_.columns(); ++l) {
    const double slope = solution.gradient[static_cast<std::size_t>(l)];
    if (slope < steepest && !contains(solution.passive, l) && !contains(refused, l)) {
      steepest = slope;
      entering = l;
    }
  }
  if (entering == kNone) {
    return false;
  }
  insert(solution.passive, entering);
  states_[static_cast<std::size_t>(solution.row)].entering = entering;
  return true;
}

}  // namespace tessera::update
