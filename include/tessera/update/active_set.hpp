#pragma once

#include "tessera/matrix/matrix.hpp"
#include "tessera/update/pivoting.hpp"

namespace tessera::update {

/// The active-set method of Lawson & Hanson. At first all components that come out negative leave
/// the passive set, until none does. From that feasible point a row moves to the next: the
/// component with the most negative gradient enters, and the point moves towards the solution on
/// the new set, as far as f ≥ 0 allows (what becomes 0 leaves), until it gets there. The objective
/// falls with each solution reached, so no passive set comes twice. Should rounding make a row go
/// on beyond `most_rounds`, it ends at its feasible point and is counted. Source: Lawson & Hanson,
/// Solving Least Squares Problems, 1974, ch. 23; the start from a guess: Van Benthem & Keenan, J.
/// Chemometrics 2004.
class LawsonHanson final : public Pivoting {
 public:
  /// The usual number of rounds is below 3k.
  static constexpr Index kRoundsPerComponent = 10;

  LawsonHanson(Index rows, Index rank) : LawsonHanson(rows, rank, kRoundsPerComponent * rank) {}
  LawsonHanson(Index rows, Index rank, Index most_rounds);

  void begin(Index row) override;
  bool exchange(PassiveSolution& solution) override;
  void add_to(Diagnostics& diagnostics) const override;

 private:
  struct State {
    Index rounds = 0;
    bool is_feasible = false;  ///< whether it has a point
    Index entering = kNone;    ///< the component that entered the passive set last
  };
  static constexpr Index kNone = -1;

  [[nodiscard]] std::span<double> point_of(Index row);
  void end_early(PassiveSolution& solution);
  bool step_to_boundary(const PassiveSolution& solution);
  bool enter(const PassiveSolution& solution);

  Index most_rounds_;
  Matrix<double> points_;  ///< the feasible point of each row, once it has one
  IndexSets refused_;      ///< components that entered but came out negative, by rounding
  AlignedVector<State> states_;
  Index unfinished_rows_ = 0;
};

}  // namespace tessera::update
