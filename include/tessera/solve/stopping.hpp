#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "tessera/config/options.hpp"
#include "tessera/core/iteration_record.hpp"
#include "tessera/core/requests.hpp"

namespace tessera::solve {

enum class StopReason {
  tolerance,
  target_error,
  kkt_tolerance,
  max_iterations,
  time_limit,
  interruption,    ///< by a signal
  exact_solution,  ///< of the weights for fixed components: nothing is left to do
};

[[nodiscard]] std::string_view describe(StopReason reason);
/// False for what ends a run that might still improve.
[[nodiscard]] bool is_converged(StopReason reason);
/// True for what ends a run from outside, to be taken up again.
[[nodiscard]] bool is_interrupted(StopReason reason);

/// Decides after each iteration, from numbers that are the same on every process, whether to go
/// on. The criteria mean the same for every algorithm.
class StoppingRule {
 public:
  /// The tolerance is relative to `reference_loss` (products/divergence), for Frobenius ½‖A‖².
  StoppingRule(const StoppingOptions& options, double reference_loss)
      : options_(options), reference_loss_(reference_loss) {}

  [[nodiscard]] std::optional<StopReason> check(const IterationRecord& record,
                                                const Requests& requests);
  /// Takes note of an iteration that an earlier part of the run has made.
  void remember(const IterationRecord& record) { slot(record.iteration) = record.loss; }
  /// Whether this iteration is the last one allowed: known before its loss is.
  [[nodiscard]] bool is_last(Index iteration) const {
    return options_.max_iterations > 0 && iteration >= options_.max_iterations;
  }

 private:
  /// The tolerance looks at the decrease over so many iterations: one iteration of a slow
  /// algorithm tells little.
  static constexpr std::size_t kWindow = 10;

  double& slot(Index iteration) { return losses_[static_cast<std::size_t>(iteration) % kWindow]; }

  StoppingOptions options_;
  double reference_loss_;
  std::array<double, kWindow> losses_{};  ///< of the last iterations, by iteration modulo kWindow
};

}  // namespace tessera::solve
