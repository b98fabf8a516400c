#pragma once

#include <functional>
#include <utility>

#include "tessera/core/requests.hpp"
#include "tessera/core/timer.hpp"

namespace tessera::solve {

/// The time since a run began, and what this process asks for between two iterations.
class RunClock {
 public:
  /// `time_limit` in seconds from now, 0: none; `seconds_before` is what earlier parts of the run
  /// took; `others` is what is asked for besides.
  explicit RunClock(double time_limit, double seconds_before = 0,
                    std::function<Requests()> others = {})
      : time_limit_(time_limit), seconds_before_(seconds_before), others_(std::move(others)) {}

  [[nodiscard]] double seconds() const { return seconds_before_ + timer_.seconds(); }
  [[nodiscard]] Requests requests() const {
    Requests requests = others_ ? others_() : Requests{};
    if (time_limit_ > 0 && timer_.seconds() >= time_limit_) {
      requests.time_out = 1;
    }
    return requests;
  }

 private:
  double time_limit_;
  double seconds_before_;
  std::function<Requests()> others_;
  Timer timer_;
};

}  // namespace tessera::solve
