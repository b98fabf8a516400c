#include "tessera/update/anls_bpp.hpp"

#include "tessera/kernels/lanes.hpp"

namespace tessera::update {
namespace {

constexpr int kAllowance = 3;  ///< p̄ of Kim & Park

}  // namespace

BlockPivoting::BlockPivoting(Index rows, Index rank, Index most_exchanges)
    : most_exchanges_(most_exchanges),
      rank_(rank),
      states_(static_cast<std::size_t>(rows)),
      infeasible_(1, rank),
      falling_(1, rank),
      fallback_(rows, rank) {}

void BlockPivoting::begin(Index row) {
  states_[static_cast<std::size_t>(row)] = {.least_infeasible = rank_ + 1, .allowance = kAllowance};
}

bool BlockPivoting::exchange(PassiveSolution& solution) {
  State& state = states_[static_cast<std::size_t>(solution.row)];
  if (state.fell_back) {
    return fallback_.exchange(solution);
  }
  const Index infeasible = find_infeasible(solution);
  if (infeasible == 0) {
    return false;
  }
  if (state.exchanges++ == most_exchanges_) {
    ++fallback_rows_;
    state.fell_back = true;
    assign_positive(solution.incoming, solution.passive);
    fallback_.begin(solution.row);
    return true;
  }
  if (!takes_full_exchange(state, infeasible)) {
    keep_largest_infeasible();
  }
  const ConstIndexSet changing = infeasible_[0];
  for (std::size_t word = 0; word < changing.size(); ++word) {
    solution.passive[word] ^= changing[word];
  }
  return true;
}

void BlockPivoting::add_to(Diagnostics& diagnostics) const {
  diagnostics.fallback_rows += fallback_rows_;
  fallback_.add_to(diagnostics);
}

/// Leaves the indices that are on the wrong side in infeasible_. @return how many they are.
Index BlockPivoting::find_infeasible(const PassiveSolution& solution) {
  const IndexSet infeasible = infeasible_[0];
  const IndexSet falling = falling_[0];
  kernels::mark_below(solution.coefficients.data(), rank_, 0.0, infeasible.data());
  kernels::mark_below(solution.gradient.data(), rank_, -solution.noise, falling.data());
  for (std::size_t word = 0; word < infeasible.size(); ++word) {
    const std::uint64_t passive = solution.passive[word];
    infeasible[word] = (infeasible[word] & passive) | (falling[word] & ~passive);
  }
  return count(infeasible);
}

bool BlockPivoting::takes_full_exchange(State& state, Index infeasible) const {
  if (infeasible < state.least_infeasible) {
    state.least_infeasible = infeasible;
    state.allowance = kAllowance;
    return true;
  }
  if (state.allowance == 0) {
    return false;
  }
  --state.allowance;
  return true;
}

void BlockPivoting::keep_largest_infeasible() {
  const IndexSet infeasible = infeasible_[0];
  Index largest = 0;
  for_each_member(infeasible, [&](Index l) { largest = l; });
  clear(infeasible);
  insert(infeasible, largest);
}

}  // namespace tessera::update
