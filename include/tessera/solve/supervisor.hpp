#pragma once

#include <optional>
#include <span>

#include "tessera/core/iteration_record.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/solve/observer.hpp"
#include "tessera/solve/stopping.hpp"

namespace tessera::solve {

/// Judges every iterate: tells the observers, keeps the best one where the loss may rise, and
/// decides when to stop. Judgements rest on numbers that are the same on every process.
template <class Real>
class Supervisor {
 public:
  /// `squared_norm` is ‖A‖²; `keeps_best` for algorithms that are not monotone.
  Supervisor(const StoppingOptions& options, double squared_norm, bool keeps_best,
             std::span<Observer* const> observers)
      : stopping_(options, squared_norm), keeps_best_(keeps_best), observers_(observers) {}

  /// Whether this iterate is the last one allowed: known before its loss is.
  [[nodiscard]] bool is_last(Index iteration) const { return stopping_.is_last(iteration); }

  /// The reason to stop at the iterate `factors`, if there is one.
  /// @throws mpi::AgreedError (code numerical) when the loss is not finite.
  [[nodiscard]] std::optional<StopReason> judge(const IterationRecord& record, bool out_of_time,
                                                const FactorPair<Real>& factors);

  /// Leaves the iterate to be returned in `factors`: the last, or the best. @return its record.
  IterationRecord settle(FactorPair<Real>& factors) const;

 private:
  StoppingRule stopping_;
  bool keeps_best_;
  std::span<Observer* const> observers_;
  IterationRecord returned_;
  FactorPair<Real> best_;
};

}  // namespace tessera::solve
