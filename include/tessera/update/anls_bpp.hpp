#pragma once

#include "tessera/update/active_set.hpp"

namespace tessera::update {

/// Block principal pivoting. An index is infeasible if its coefficient is negative on the passive
/// set, or its gradient outside. All infeasible indices change sides, as long as there are fewer
/// than ever before, or have not been for at most three rounds; then only the largest does, until
/// there are fewer. That ends for a positive definite G; a row which takes more than
/// `most_exchanges` by rounding falls back to Lawson–Hanson, and is counted. Source: Kim & Park,
/// SIAM J. Sci. Comput. 2011, alg. 2; Júdice & Pires, Comput. Oper. Res. 1994.
class BlockPivoting final : public Pivoting {
 public:
  static constexpr Index kExchangesPerComponent = 5;

  BlockPivoting(Index rows, Index rank)
      : BlockPivoting(rows, rank, kExchangesPerComponent * rank) {}
  BlockPivoting(Index rows, Index rank, Index most_exchanges);

  void begin(Index row) override;
  bool exchange(PassiveSolution& solution) override;
  void add_to(Diagnostics& diagnostics) const override;

 private:
  struct State {
    Index exchanges = 0;
    Index least_infeasible = 0;  ///< ever
    int allowance = 0;           ///< full exchanges left that need not improve on it
    bool fell_back = false;
  };

  [[nodiscard]] Index find_infeasible(const PassiveSolution& solution);
  [[nodiscard]] bool takes_full_exchange(State& state, Index infeasible) const;
  void keep_largest_infeasible();

  Index most_exchanges_;
  Index rank_;
  AlignedVector<State> states_;
  IndexSets infeasible_;  ///< of the row at hand
  IndexSets falling_;     ///< of the row at hand: where the gradient is negative
  LawsonHanson fallback_;
  Index fallback_rows_ = 0;
};

}  // namespace tessera::update
