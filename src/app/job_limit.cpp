#include "tessera/app/job_limit.hpp"

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <string_view>

namespace tessera::app {

std::optional<double> seconds_left_in_job() {
  const char* text = std::getenv("SLURM_JOB_END_TIME");
  if (text == nullptr) {
    return std::nullopt;
  }
  const std::string_view digits(text);
  double end_time = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), end_time);
  if (error != std::errc{} || end != digits.data() + digits.size() || end_time <= 0) {
    return std::nullopt;
  }
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return end_time - now.count();
}

}  // namespace tessera::app
