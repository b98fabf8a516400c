#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

namespace tessera::config {

/// The value of a key in an effective_configuration(); empty when it is not there.
[[nodiscard]] std::string configured(const std::string& configuration, const std::string& key);

/// Which options keep these from going on with a run that had the effective configuration
/// `earlier`, one text each that names both values; empty if none does. Where the data lies, how
/// the machine is used, when to stop and what is written may change from one part of a run to the
/// next.
[[nodiscard]] std::vector<std::string> resume_conflicts(const std::string& earlier,
                                                        const FactorizeOptions& options);

}  // namespace tessera::config
