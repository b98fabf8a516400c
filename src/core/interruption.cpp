#include "tessera/core/interruption.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <string_view>

#include <unistd.h>

namespace tessera::interruption {
namespace {

// Lock-free atomics are what a handler may touch.
std::atomic<bool> requested = false;
std::atomic<bool> interrupted_at_terminal = false;
std::atomic<bool> announces = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void handle(int signal) {
  if (signal == SIGINT && interrupted_at_terminal.exchange(true)) {
    std::signal(SIGINT, SIG_DFL);
    raise(SIGINT);  // takes effect when this handler returns
    return;
  }
  if (!requested.exchange(true) && announces) {
    constexpr std::string_view kText =
        "\ninterrupted: the run saves a checkpoint and ends as soon as an iteration is complete (a "
        "second Ctrl-C ends it at once)\n";
    const int interrupted_call = errno;
    [[maybe_unused]] const auto written = write(STDERR_FILENO, kText.data(), kText.size());
    errno = interrupted_call;
  }
}

}  // namespace

void listen(bool announce) {
  announces = announce;
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;  // reading and writing files goes on
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2}) {
    sigaction(signal, &action, nullptr);
  }
}

bool is_requested() { return requested; }

}  // namespace tessera::interruption
