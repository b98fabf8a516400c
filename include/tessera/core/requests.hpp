#pragma once

namespace tessera {

/// What may be asked for between two iterations: a process's own 0 or 1 before a message, and how
/// many processes ask for it after that.
struct Requests {
  double time_out = 0;      ///< the time limit has passed
  double interruption = 0;  ///< a signal came
  double checkpoint = 0;    ///< one is due
};

}  // namespace tessera
