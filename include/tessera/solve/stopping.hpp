#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "tessera/config/options.hpp"
#include "tessera/core/iteration_record.hpp"

namespace tessera::solve {

enum class StopReason {
  tolerance,
  target_error,
  kkt_tolerance,
  max_iterations,
  time_limit,
  exact_solution,  ///< of the weights for fixed components: nothing is left to do
};

[[nodiscard]] std::string_view describe(StopReason reason);
/// False for the limits, which end a run that might still improve.
[[nodiscard]] bool is_converged(StopReason reason);

/// Decides after each iteration, from numbers that are the same on every process, whether to go
/// on. The criteria mean the same for every algorithm.
class StoppingRule {
 public:
  /// The tolerance is relative to `reference_loss` (products/divergence), for Frobenius ½‖A‖².
  StoppingRule(const StoppingOptions& options, double reference_loss)
      : options_(options), reference_loss_(reference_loss) {}

  [[nodiscard]] std::optional<StopReason> check(const IterationRecord& record, bool out_of_time);
  /// Whether this iteration is the last one allowed: known before its loss is.
  [[nodiscard]] bool is_last(Index iteration) const {
    return options_.max_iterations > 0 && iteration >= options_.max_iterations;
  }

 private:
  /// The tolerance looks at the decrease over so many iterations: one iteration of a slow
  /// algorithm tells little.
  static constexpr std::size_t kWindow = 10;

  StoppingOptions options_;
  double reference_loss_;
  std::array<double, kWindow> losses_{};  ///< of the last iterations, by iteration modulo kWindow
};

}  // namespace tessera::solve
