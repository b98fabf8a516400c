#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tessera::config {

/// "a,b" as its parts, which may be empty; at least one.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

}  // namespace tessera::config
