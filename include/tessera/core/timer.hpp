#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace tessera {

/// Seconds since construction.
class Timer {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

/// Where a process spends its time. Times stay local; app/ gathers them once, after the loop.
enum class Phase : std::size_t {
  read,
  start,
  gram,
  all_reduce,
  all_gather,
  product,
  reduce_scatter,
  update,
  objective,
  checkpoint,
  write,
  count
};

inline constexpr std::size_t kPhaseCount = static_cast<std::size_t>(Phase::count);

inline constexpr std::array<std::string_view, kPhaseCount> kPhaseNames = {
    "read",           "start",  "gram",      "all_reduce", "all_gather", "product",
    "reduce_scatter", "update", "objective", "checkpoint", "write"};

/// Seconds of one process by phase.
class PhaseTimes {
 public:
  /// Adds the time until its destruction to one phase.
  class Scope {
   public:
    Scope(PhaseTimes& times, Phase phase) : times_(times), phase_(phase) {}
    ~Scope() { times_.seconds_[static_cast<std::size_t>(phase_)] += timer_.seconds(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    PhaseTimes& times_;
    Phase phase_;
    Timer timer_;
  };

  [[nodiscard]] Scope scope(Phase phase) { return {*this, phase}; }
  [[nodiscard]] const std::array<double, kPhaseCount>& seconds() const { return seconds_; }

 private:
  std::array<double, kPhaseCount> seconds_{};
};

/// The result of step(), its time added to the phase.
template <class Step>
decltype(auto) timed(PhaseTimes& times, Phase phase, Step&& step) {
  const auto scope = times.scope(phase);
  return step();
}

}  // namespace tessera
