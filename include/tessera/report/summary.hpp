#pragma once

#include <string>

#include "tessera/report/run_report.hpp"

namespace tessera::report {

/// The end of a run for people: some 20 lines, what matters first. Phases that took no time are
/// left out.
[[nodiscard]] std::string summary_text(const RunReport& report);

/// The same in full for programs: a JSON object, keys in snake_case with their unit. NaN and
/// infinity become null, since JSON has neither.
[[nodiscard]] std::string report_json(const RunReport& report);

/// Writes report_json() to a file that appears only when it is complete. @throws IoError.
void write_report(const std::string& path, const RunReport& report);

}  // namespace tessera::report
