#pragma once

/// Signals that ask a long run to save what it has and end: SIGTERM, SIGINT, SIGUSR1 and SIGUSR2.
namespace tessera::interruption {

/// From now on such a signal no longer ends the process, but is remembered; it may come several
/// times. A second SIGINT ends the process at once. With `announce` the first signal is
/// acknowledged on stderr.
void listen(bool announce);

/// Whether this process has got one.
[[nodiscard]] bool is_requested();

}  // namespace tessera::interruption
