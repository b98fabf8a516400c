#pragma once

#include <optional>
#include <span>
#include <vector>

#include "tessera/core/iteration_record.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/matrix/snapshot.hpp"
#include "tessera/solve/observer.hpp"
#include "tessera/solve/stopping.hpp"

namespace tessera::solve {

/// Which iterate a run returns, and whether it needs copies of it.
enum class Keeps {
  last,      ///< the loss never rises
  best,      ///< it may, and the run goes on all the same
  accepted,  ///< an iterate whose loss rose is not one: the run goes back to the one before
};

[[nodiscard]] constexpr Keeps what_to_keep(bool extrapolates, Algorithm algorithm) {
  if (!is_monotone(algorithm)) {
    return Keeps::best;
  }
  return extrapolates ? Keeps::accepted : Keeps::last;
}

/// Judges every iterate: tells the observers, keeps the one to be returned, and decides when to
/// stop. Judgements rest on numbers that are the same on every process.
template <class Real>
class Supervisor {
 public:
  /// The tolerance and rounding are relative to `reference_loss`, for Frobenius ½‖A‖².
  Supervisor(const StoppingOptions& options, double reference_loss, Keeps keeps,
             std::span<Observer* const> observers)
      : stopping_(options, reference_loss),
        noise_(relative_noise() * reference_loss),
        keeps_(keeps),
        observers_(observers) {}

  /// Whether this iterate is the last one allowed: known before its loss is.
  [[nodiscard]] bool is_last(Index iteration) const { return stopping_.is_last(iteration); }

  /// The reason to stop at the iterate (W, H), if there is one.
  /// @throws mpi::AgreedError (code numerical) when the loss is not finite, or a step has raised it
  /// by much that cannot.
  [[nodiscard]] std::optional<StopReason> judge(const IterationRecord& record,
                                                const Requests& requests, const Factor<Real>& w,
                                                const Factor<Real>& h);
  /// Whether the last iterate judged was turned down (Keeps::accepted only).
  [[nodiscard]] bool has_rejected() const { return rejected_; }
  /// The iterate kept so far. @pre not Keeps::last.
  [[nodiscard]] const FactorPair<Real>& kept() const { return kept_; }
  [[nodiscard]] Keeps keeps() const { return keeps_; }
  /// About the iterate to be returned, were the run to end now.
  [[nodiscard]] const IterationRecord& returned() const { return returned_; }

  void save(Snapshot<Real>& snapshot) const;
  /// Goes on after an earlier part of the run, whose returned iterate is (W, H).
  /// @throws InputError when the snapshot does not fit the history.
  void restore(const Snapshot<Real>& snapshot, const std::vector<IterationRecord>& history,
               const Factor<Real>& w, const Factor<Real>& h);

  /// Leaves the iterate to be returned in `factors`. @return its record.
  IterationRecord settle(FactorPair<Real>& factors) const;

 private:
  /// Rounding of the loss, relative to the reference loss.
  static constexpr double relative_noise() { return sizeof(Real) == sizeof(float) ? 1e-7 : 1e-12; }
  [[nodiscard]] bool is_improvement(const IterationRecord& record) const;
  [[nodiscard]] bool breaks_down(const IterationRecord& record) const;

  StoppingRule stopping_;
  double noise_;
  Keeps keeps_;
  std::span<Observer* const> observers_;
  IterationRecord returned_;
  FactorPair<Real> kept_;
  bool rejected_ = false;
};

}  // namespace tessera::solve
