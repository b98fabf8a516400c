#pragma once

#include "tessera/report/run_report.hpp"

namespace tessera::report {

/// A finished run on a 2x2 grid whose counted payload is exactly what the formula says.
[[nodiscard]] RunReport example_report();

}  // namespace tessera::report
