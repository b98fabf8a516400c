#pragma once

#include "tessera/core/timer.hpp"

namespace tessera::solve {

/// The time since a run began, and whether its limit has passed on this process.
class RunClock {
 public:
  /// `time_limit` in seconds; 0: none.
  explicit RunClock(double time_limit) : time_limit_(time_limit) {}

  [[nodiscard]] double seconds() const { return timer_.seconds(); }
  [[nodiscard]] bool is_out_of_time() const {
    return time_limit_ > 0 && timer_.seconds() >= time_limit_;
  }

 private:
  double time_limit_;
  Timer timer_;
};

}  // namespace tessera::solve
