#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "option.hpp"

namespace tessera::config {

/// "--rank takes a whole number of at least 1, not 'x'", for a value that was refused.
/// @param place how the user knows the option: "--rank", or "rank in job.ini".
[[nodiscard]] std::string wrong_value(const Option& option, std::string_view place,
                                      std::string_view value);

/// problems() without those of the options named in `skip`.
template <class Options>
[[nodiscard]] std::vector<std::string> problems_except(const std::vector<std::string>& skip,
                                                       const Options& options);

/// @throws UsageError with all problems, one a line, unless there is none.
void throw_if_any(const std::vector<std::string>& problems);

}  // namespace tessera::config
