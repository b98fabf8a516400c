#pragma once

#include <optional>

namespace tessera::app {

/// Seconds until the batch system ends this job, from SLURM_JOB_END_TIME, which holds a time in
/// seconds since 1970; nothing outside a job or where the variable is not set.
[[nodiscard]] std::optional<double> seconds_left_in_job();

}  // namespace tessera::app
