#include "tessera/solve/stopping.hpp"

namespace tessera::solve {

std::string_view describe(StopReason reason) {
  switch (reason) {
    case StopReason::tolerance:
      return "tolerance";
    case StopReason::target_error:
      return "target-error";
    case StopReason::kkt_tolerance:
      return "kkt-tolerance";
    case StopReason::max_iterations:
      return "max-iterations";
    case StopReason::time_limit:
      return "time-limit";
    case StopReason::interruption:
      return "interruption";
    case StopReason::exact_solution:
      return "exact-solution";
  }
  return "?";
}

bool is_converged(StopReason reason) {
  return reason != StopReason::max_iterations && !is_interrupted(reason);
}

bool is_interrupted(StopReason reason) {
  return reason == StopReason::time_limit || reason == StopReason::interruption;
}

std::optional<StopReason> StoppingRule::check(const IterationRecord& record,
                                              const Requests& requests) {
  double& oldest = slot(record.iteration);
  const bool window_full = record.iteration > static_cast<Index>(kWindow);
  const double decrease = oldest - record.loss;
  oldest = record.loss;

  if (options_.target_error > 0 && record.relative_error <= options_.target_error) {
    return StopReason::target_error;
  }
  if (options_.tolerance > 0 && window_full && decrease <= options_.tolerance * reference_loss_) {
    return StopReason::tolerance;
  }
  if (options_.kkt_tolerance > 0 && record.kkt_residual <= options_.kkt_tolerance) {
    return StopReason::kkt_tolerance;
  }
  if (is_last(record.iteration)) {
    return StopReason::max_iterations;
  }
  if (requests.interruption > 0) {
    return StopReason::interruption;
  }
  if (requests.time_out > 0) {
    return StopReason::time_limit;
  }
  return std::nullopt;
}

}  // namespace tessera::solve
